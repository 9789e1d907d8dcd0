/** Takes the configuration over again while the daemon runs: at SIGHUP, and when a file with a secret changes. */
import type { Config, LoadedConfig } from "../config/load.ts";
import type { Daemon } from "../daemon/daemon.ts";
import type { Clock } from "../system/clock.ts";
import { FileVersions } from "../system/file-versions.ts";
import type { Log } from "../system/log.ts";
import { describeProblems } from "./configuration.ts";

/** How often the files are looked at. */
const SWEEP_MS = 5000;

/** Loads the configuration; its secrets are read through `secrets`. */
export type ConfigLoader = (secrets: FileVersions) => Promise<LoadedConfig>;

export class Reloading {
  readonly #daemon: Pick<Daemon, "reload">;
  readonly #load: ConfigLoader;
  readonly #clock: Clock;
  readonly #log: Log;
  #files: FileVersions;
  #last: Promise<void> = Promise.resolve();

  /** @param secrets what the configuration in force was loaded through */
  constructor(
    daemon: Pick<Daemon, "reload">,
    load: ConfigLoader,
    secrets: FileVersions,
    { clock, log }: { readonly clock: Clock; readonly log: Log },
  ) {
    this.#daemon = daemon;
    this.#load = load;
    this.#files = secrets;
    this.#clock = clock;
    this.#log = log;
  }

  /** Loads and takes over, one after the other. What is not valid changes nothing, and the log says why. */
  reload(): Promise<void> {
    this.#last = this.#last.then(() => this.#takeOver());
    return this.#last;
  }

  /** Looks at the files of `config`, and at those of every later one, until `signal` aborts. */
  async watch(config: Config, signal: AbortSignal): Promise<void> {
    await rememberTls(config, this.#files);
    for (;;) {
      await this.#clock.sleep(SWEEP_MS, signal);
      if (signal.aborted) return;
      const files = await this.#files.changed();
      if (files.length === 0) continue;
      this.#log.info({ files }, "files that the configuration names have changed");
      await this.reload();
    }
  }

  async #takeOver(): Promise<void> {
    const files = new FileVersions();
    const loaded = await this.#load(files);
    if (!loaded.ok) {
      const problems = describeProblems(loaded.problems);
      this.#log.error({ problems }, "not reloaded: the new configuration is not valid; the old one stays");
      return;
    }
    await rememberTls(loaded.config, files);
    try {
      await this.#daemon.reload(loaded.config);
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      this.#log.error({ cause }, "not reloaded; the old configuration stays");
      return;
    }
    this.#files = files;
    this.#log.info(
      {},
      "reloaded prices, budgets, alerts, redaction, and how sinks are reached; other changes take effect at the next start",
    );
  }
}

/** Certificates and keys are read later than the configuration, by the sinks. */
async function rememberTls({ sinks }: Config, files: FileVersions): Promise<void> {
  for (const { tls } of Object.values(sinks)) {
    for (const path of [tls?.ca_file, tls?.cert_file, tls?.key_file]) if (path) await files.remember(path);
  }
}
