/** `run`: the daemon itself, for ever or once. */
import { FileVersions } from "../system/file-versions.ts";
import { durationMs } from "../system/units.ts";
import { command } from "./command.ts";
import { describeProblems, loadConfiguration } from "./configuration.ts";
import { runDaemon } from "./run-daemon.ts";

export const runCommand = command({
  usage: "run",
  description: "ship the audit files, for ever or with --once",
  build: (parser) =>
    parser
      .option("once", {
        type: "boolean",
        default: false,
        describe: "ship all complete lines that are there, then end",
      })
      .option("timeout", { type: "string", default: "5m", describe: "with --once: give up after so long" })
      .example("$0 run --audit-dir ./audit_logs", "into the embedded store, with a page")
      .example("$0 run -c config/opensearch.yaml", "to OpenSearch")
      .epilogue(
        "Exit codes: 0 done, 1 a sink stayed unavailable or the start failed, 2 the configuration is not valid.",
      ),
  run: async (options, terminal) => {
    const timeout = durationMs.safeParse(options.timeout);
    if (!timeout.success) {
      terminal.err(`--timeout: expected a duration like 30s or 5m, found "${options.timeout}"\n`);
      return 2;
    }
    const secrets = new FileVersions();
    const loaded = await loadConfiguration(options, terminal, secrets);
    if (!loaded.ok) {
      terminal.err(describeProblems(loaded.problems));
      return 2;
    }
    for (const warning of loaded.warnings) terminal.err(`warning: ${warning}\n`);
    return runDaemon(loaded.config, terminal, {
      reloading: { load: (files) => loadConfiguration(options, terminal, files), secrets },
      ...(options.once && { once: { timeoutMs: timeout.data } }),
    });
  },
});
