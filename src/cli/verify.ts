/** `verify`: is every line of the local files where it should be? With the daemon up or down. */
import type { Config } from "../config/load.ts";
import { laneNames } from "../daemon/verified-lanes.ts";
import { SINKS } from "../sinks/table.ts";
import { systemClock } from "../system/clock.ts";
import { didYouMean } from "../system/did-you-mean.ts";
import { sqliteErrorCode } from "../system/sqlite.ts";
import { parseDay } from "../usage/period.ts";
import { dayName, TimeZone } from "../usage/time-zone.ts";
import { type CommonOptions, command, type ExitCode, type Terminal } from "./command.ts";
import { requireConfiguration } from "./configuration.ts";
import { type ProofRequest, runProof, type VerifyTools } from "./verify-run.ts";
import { isProven, printProof, proofJson } from "./verify-text.ts";

export interface VerifyOptions extends CommonOptions {
  readonly sink?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly repair?: boolean | undefined;
}

export const verifyCommand = command<VerifyOptions>({
  usage: "verify",
  description: "prove that every line of the files has its fate in each sink",
  build: (parser) =>
    parser
      .option("sink", { type: "string", requiresArg: true, describe: "this sink only" })
      .option("since", {
        type: "string",
        requiresArg: true,
        describe: "files from this day on: 2026-11-21, today, 7d",
      })
      .option("until", { type: "string", requiresArg: true, describe: "files up to this day, inclusive" })
      .option("repair", { type: "boolean", describe: "send missing lines again, then verify once more" })
      .example("$0 verify --since 7d", "did the last week arrive everywhere?")
      .example("$0 verify --sink search --repair", "send again what somebody deleted there")
      .epilogue(
        "Exit codes: 0 no gap, 1 a gap or a sink that cannot be asked, 2 wrong usage or configuration.",
      ),
  run: (options, terminal) => verifySinks(options, terminal, { clock: systemClock, kinds: SINKS }),
});

/** Verifies with these tools, until it is done or interrupted. */
export async function verifySinks(
  options: VerifyOptions,
  terminal: Terminal,
  tools: VerifyTools,
): Promise<ExitCode> {
  const config = await requireConfiguration(options, terminal);
  if (config === undefined) return 2;
  const request = requestOf(options, config, tools.clock.nowMs());
  if (typeof request === "string") {
    terminal.err(`verify: ${request}\n`);
    return 2;
  }
  const stop = new AbortController();
  const undo = (["SIGINT", "SIGTERM"] as const).map((one) => terminal.onSignal(one, () => stop.abort()));
  try {
    const report = await runProof(config, request, terminal, tools, stop.signal);
    if (options.json) terminal.out(`${JSON.stringify(proofJson(report, request), null, 2)}\n`);
    printProof(report, request, terminal);
    return isProven(report, request) ? 0 : 1;
  } catch (error) {
    if (sqliteErrorCode(error) === undefined) throw error;
    const cause = error instanceof Error ? error.message : String(error);
    terminal.err(`verify: cannot read or change the dead letters: ${cause}; do it again, nothing is lost\n`);
    return 1;
  } finally {
    for (const forget of undo) forget();
  }
}

/** What is asked, or what is wrong with the words. */
function requestOf(options: VerifyOptions, config: Config, nowMs: number): ProofRequest | string {
  const names = laneNames(config);
  const { sink, json = false, repair = false } = options;
  if (sink !== undefined && !names.includes(sink)) {
    const meant = didYouMean(sink, names);
    const hint = meant === undefined ? `expected ${names.join(" or ")}` : `did you mean "${meant}"?`;
    return `--sink: there is no sink "${sink}"; ${hint}`;
  }
  const days: { since?: string; until?: string } = {};
  const today = TimeZone.find("UTC")?.dayOf(nowMs) ?? 0;
  for (const end of ["since", "until"] as const) {
    const text = options[end];
    if (text === undefined) continue;
    const parsed = parseDay(text, today);
    if (!parsed.ok) return `--${end}: ${parsed.problem}`;
    days[end] = dayName(parsed.day);
  }
  const { since, until } = days;
  if (since !== undefined && until !== undefined && until < since)
    return `--until ${options.until} is before --since ${options.since}`;
  return {
    names: sink === undefined ? names : [sink],
    isNamed: sink !== undefined,
    since,
    until,
    json,
    repair,
  };
}
