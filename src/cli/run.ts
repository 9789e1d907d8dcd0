/** `run`: the daemon itself, for ever or once. */
import { systemClock } from "../system/clock.ts";
import { FileVersions } from "../system/file-versions.ts";
import { openLog } from "../system/log.ts";
import { durationMs } from "../system/units.ts";
import { type CommonOptions, command, type ExitCode, type Terminal } from "./command.ts";
import { describeProblems, loadConfiguration } from "./configuration.ts";
import { keepTrying, type StartProblem } from "./keep-trying.ts";
import { tryDaemon } from "./run-daemon.ts";

interface RunOptions extends CommonOptions {
  readonly once: boolean;
  readonly timeout?: string | undefined;
  readonly "keep-trying": boolean;
}

/** For `--timeout`, where it is not given. */
const TIMEOUT_DEFAULT = "5m";

export const runCommand = command<RunOptions>({
  usage: "run",
  description: "ship the audit files, for ever or with --once",
  build: (parser) =>
    parser
      .option("once", {
        type: "boolean",
        default: false,
        describe: "ship all complete lines that are there, then end",
      })
      .option("timeout", {
        type: "string",
        describe: `with --once: give up after so long (default ${TIMEOUT_DEFAULT})`,
      })
      .option("keep-trying", {
        type: "boolean",
        default: false,
        describe: "if it cannot start, say why and try again instead of ending: for sidecars",
      })
      .example("$0 run --audit-dir ./audit_logs", "into the embedded store, with a page")
      .example("$0 run -c config/opensearch.yaml", "to OpenSearch")
      .epilogue(
        "Exit codes: 0 done, 1 a sink stayed unavailable or the start failed, 2 the configuration is not valid.",
      ),
  run: async (options, terminal) => {
    if (!options.once && options.timeout !== undefined) {
      terminal.err("--timeout: expected it with --once alone; without it nothing ends by itself\n");
      return 2;
    }
    const timeout = durationMs.safeParse(options.timeout ?? TIMEOUT_DEFAULT);
    if (!timeout.success) {
      terminal.err(`--timeout: expected a duration like 30s or 5m, found "${options.timeout}"\n`);
      return 2;
    }
    const { once, "keep-trying": keepsTrying } = options;
    if (once && keepsTrying) {
      terminal.err("--keep-trying: expected it without --once, which ends by itself\n");
      return 2;
    }
    const start = () => startOnce(options, terminal, once ? { timeoutMs: timeout.data } : undefined);
    if (keepsTrying) return keepTrying(start, terminal, { clock: systemClock, log: openLog("info") });
    const ended = await start();
    if (typeof ended === "number") return ended;
    terminal.err(ended.message);
    return ended.code;
  },
});

/** Loads the configuration and runs the daemon to its end, or tells why it could not start. */
async function startOnce(
  options: RunOptions,
  terminal: Terminal,
  once: { readonly timeoutMs: number } | undefined,
): Promise<ExitCode | StartProblem> {
  const secrets = new FileVersions();
  const loaded = await loadConfiguration(options, terminal, secrets);
  if (!loaded.ok) return { code: 2, message: describeProblems(loaded.problems) };
  for (const warning of loaded.warnings) terminal.err(`warning: ${warning}\n`);
  return tryDaemon(loaded.config, terminal, {
    reloading: { load: (files) => loadConfiguration(options, terminal, files), secrets },
    ...(once !== undefined && { once }),
  });
}
