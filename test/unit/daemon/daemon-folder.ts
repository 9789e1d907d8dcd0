/** An audit folder, a state folder and a daemon on them, in this process. */
import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Config } from "../../../src/config/load.ts";
import { Daemon } from "../../../src/daemon/daemon.ts";
import { StateFolder } from "../../../src/daemon/state-folder.ts";
import { type Clock, systemClock } from "../../../src/system/clock.ts";
import { systemFiles } from "../../../src/system/files.ts";
import { noNotifier } from "../../../src/tail/notifier.ts";
import { RecordingLog } from "../../support/recording-log.ts";
import { configOf } from "../config/loading.ts";

export class DaemonFolder {
  readonly root = mkdtempSync(join(tmpdir(), "daemon-"));
  readonly auditDirectory = join(this.root, "audit_logs");
  readonly state = new StateFolder(join(this.root, "state"));
  readonly recorded = new RecordingLog();
  readonly #open = new Set<Daemon>();

  constructor() {
    mkdirSync(this.auditDirectory);
  }

  /** A configuration for these folders; `settings` come on top. */
  config(settings: object = {}): Promise<Config> {
    const folders = { source: { directory: this.auditDirectory }, state_dir: this.state.path };
    return configOf(JSON.stringify({ ...folders, http: { enabled: false }, ...settings }));
  }

  append(name: string, ...lines: readonly string[]): void {
    appendFileSync(join(this.auditDirectory, name), lines.map((line) => `${line}\n`).join(""));
  }

  /** Opens a daemon; without notifications, so that the sweep alone finds everything. */
  async open(config: Config, clock: Clock = systemClock): Promise<Daemon> {
    const start = await this.tryToOpen(config, clock);
    if (start.outcome !== "open") throw new Error(`locked by ${start.holder}`);
    this.#open.add(start.daemon);
    return start.daemon;
  }

  tryToOpen(config: Config, clock: Clock = systemClock) {
    const random = { next: () => 0.5 };
    const ports = { files: systemFiles, clock, random, log: this.recorded.log, notifier: noNotifier };
    return Daemon.open(config, this.state, "1.2.3", ports);
  }

  async close(daemon: Daemon): Promise<void> {
    this.#open.delete(daemon);
    await daemon.close();
  }

  /** Ships everything that is there with a daemon of its own. */
  async drain(config: Config): Promise<void> {
    const daemon = await this.open(config);
    await daemon.run("drain", new AbortController().signal);
    await this.close(daemon);
  }

  async remove(): Promise<void> {
    for (const daemon of this.#open) await this.close(daemon);
    rmSync(this.root, { recursive: true, force: true });
  }
}
