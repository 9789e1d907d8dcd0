/** `check`: is the configuration valid, and would delivery work from here and now? */
import picocolors from "picocolors";
import { printConfig } from "../config/print.ts";
import { formatProblem } from "../config/problem.ts";
import type { ProbeResult } from "../sinks/sink.ts";
import { SINKS } from "../sinks/table.ts";
import { systemClock } from "../system/clock.ts";
import { systemFiles } from "../system/files.ts";
import { systemProbes } from "../system/probes.ts";
import { command, type ExitCode, type Terminal } from "./command.ts";
import { loadConfiguration } from "./configuration.ts";
import { runProbes } from "./probe.ts";

export const checkCommand = command({
  usage: "check",
  description: "validate the configuration and probe folders and sinks",
  build: (parser) =>
    parser
      .option("offline", { type: "boolean", default: false, describe: "ask no sink, only this machine" })
      .example("$0 check -c config/opensearch.yaml", "before the first start")
      .epilogue("Exit codes: 0 all is well, 1 a probe failed, 2 the configuration is not valid."),
  run: async (options, terminal) => {
    const loaded = await loadConfiguration(options, terminal);
    if (!loaded.ok) {
      const problems = loaded.problems.map((problem) => failed("configuration", formatProblem(problem)));
      if (options.json) printJson(problems, terminal);
      else for (const { message } of problems) terminal.err(`${message}\n`);
      return 2;
    }
    const { config, warnings, file } = loaded;
    const origin = file ?? "flags, environment and defaults; there is no file";
    const valid: ProbeResult = { name: "configuration", ok: true, message: `valid (${origin})` };
    if (!options.json) {
      terminal.out(`# The configuration in force (${origin}), secrets masked.\n${printConfig(config)}\n`);
    }
    for (const warning of warnings) terminal.err(`warning: ${warning}\n`);
    const machine = { files: systemFiles, probes: systemProbes, clock: systemClock, kinds: SINKS };
    const results = [valid, ...(await runProbes(config, machine, { isOffline: options.offline }))];
    if (options.json) printJson(results, terminal);
    else printLines(results, terminal);
    const exitCode: ExitCode = results.every(({ ok }) => ok) ? 0 : 1;
    return exitCode;
  },
});

function failed(name: string, message: string): ProbeResult {
  return { name, ok: false, message };
}

function printJson(checks: readonly ProbeResult[], terminal: Terminal): void {
  const answer = {
    ok: checks.every(({ ok }) => ok),
    checks: checks.map(({ name, ok, message }) => ({ name, ok, message })),
  };
  terminal.out(`${JSON.stringify(answer, null, 2)}\n`);
}

function printLines(checks: readonly ProbeResult[], terminal: Terminal): void {
  const colors = picocolors.createColors(terminal.isInteractive && !terminal.environment["NO_COLOR"]);
  const width = Math.max(...checks.map(({ name }) => name.length));
  for (const { name, ok, message } of checks) {
    terminal.out(`${ok ? colors.green("ok  ") : colors.red("FAIL")}  ${name.padEnd(width)}  ${message}\n`);
  }
}
