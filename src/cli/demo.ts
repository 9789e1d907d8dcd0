/** `demo`: shows the whole thing to someone without logs, on traffic that it imagines in a temporary folder. */
import { join } from "node:path";
import type { Config } from "../config/load.ts";
import { type Clock, systemClock } from "../system/clock.ts";
import { type Random, systemRandom } from "../system/random.ts";
import { makeScratchFolder, type ScratchFolder } from "../system/scratch-folder.ts";
import { type CommonOptions, command, type ExitCode, type Terminal } from "./command.ts";
import { requireConfiguration } from "./configuration.ts";
import { DEMO_BUDGETS } from "./demo/budgets.ts";
import { type AuditFolder, playLive, playPast } from "./demo/play.ts";
import { traffic } from "./demo/traffic.ts";
import { runDaemon } from "./run-daemon.ts";

const AUDIT_DIRECTORY = "audit_logs";
const DAY_MS = 86_400_000;
/** On average; the imagined service is busier by day than by night. */
const PAST_REQUESTS_PER_MINUTE = 12;
/** Some searches leave their private detail line, so that the demo shows what becomes of it. */
const DETAIL_SHARE = 0.05;
/** Who looks at the demo wants the page, not the log. */
const LOG_LEVEL = "warn";
const DAYS_MAX = 90;
const RATE_MAX = 6000;

/** The world around the demo; replaced in tests. */
export interface DemoWorld {
  readonly clock: Clock;
  readonly random: Random;
  readonly makeFolder: () => Promise<ScratchFolder>;
  /** Runs the daemon until it is told to stop. */
  readonly runDaemon: (config: Config, terminal: Terminal) => Promise<ExitCode>;
}

export interface DemoOptions {
  /** Days of history. */
  readonly days: number;
  /** Requests per minute while it runs, on average over a day. */
  readonly rate: number;
}

export const demoCommand = command({
  usage: "demo",
  description: "imagine live traffic in a temporary folder and run on it",
  build: (parser) =>
    parser
      .option("days", { type: "number", default: 7, requiresArg: true, describe: "days of history" })
      .option("rate", {
        type: "number",
        default: 40,
        requiresArg: true,
        describe: "requests per minute, on average over a day",
      })
      .epilogue("The folder, and all that was made in it, is removed at the end."),
  run: async (options, terminal) => {
    const problem = problemOf(options);
    if (problem !== undefined) {
      terminal.err(`${problem}\n`);
      return 2;
    }
    return await runDemo(options, terminal, {
      clock: systemClock,
      random: systemRandom,
      makeFolder: () => makeScratchFolder("mem0-audit-demo-"),
      runDaemon,
    });
  },
});

function problemOf({ days, rate, config }: DemoOptions & CommonOptions): string | undefined {
  if (config !== undefined) return "--config: expected none; imagined traffic must not reach your sinks";
  if (!(days >= 0 && days <= DAYS_MAX)) return `--days: expected 0 to ${DAYS_MAX}, found ${days}`;
  if (!(rate > 0 && rate <= RATE_MAX))
    return `--rate: expected more than 0, at most ${RATE_MAX}, found ${rate}`;
  return undefined;
}

/** Makes the folder and its history, lets traffic happen while the daemon runs, and removes the folder. */
export async function runDemo(
  options: DemoOptions & CommonOptions,
  terminal: Terminal,
  world: DemoWorld,
): Promise<ExitCode> {
  const stop = new AbortController();
  const forgetSignals = (["SIGINT", "SIGTERM"] as const).map((signal) =>
    terminal.onSignal(signal, () => stop.abort()),
  );
  const folder = await world.makeFolder();
  try {
    const config = await configuration(folder, options, terminal);
    if (!config) return 2;
    await imagineHistory(folder, options, terminal, world);
    if (stop.signal.aborted) return 0;
    const playing = imagineLive(folder, options, world, stop.signal).catch((error: Error) =>
      terminal.err(`the imagined traffic has ended: ${error.message}\n`),
    );
    try {
      return await world.runDaemon(config, terminal);
    } finally {
      stop.abort();
      await playing;
    }
  } finally {
    for (const forget of forgetSignals) forget();
    await folder.remove();
  }
}

/** The defaults and some budgets, with the folder's own directories: neither a file nor its variable may bring sinks in. */
async function configuration(
  folder: ScratchFolder,
  { logLevel }: CommonOptions,
  terminal: Terminal,
): Promise<Config | undefined> {
  const environment = { ...terminal.environment, MEM0_AUDIT_CONFIG: undefined };
  const directories = { auditDir: join(folder.path, AUDIT_DIRECTORY), stateDir: join(folder.path, "state") };
  const config = await requireConfiguration(
    { ...directories, logLevel: logLevel ?? LOG_LEVEL },
    { ...terminal, environment },
  );
  return config && { ...config, budgets: DEMO_BUDGETS };
}

function auditFolder(folder: ScratchFolder): AuditFolder {
  return { append: (fileName, text) => folder.append(join(AUDIT_DIRECTORY, fileName), text) };
}

async function imagineHistory(
  folder: ScratchFolder,
  { days }: DemoOptions,
  terminal: Terminal,
  { clock, random }: DemoWorld,
): Promise<void> {
  const nowMs = clock.nowMs();
  const past = { random, startMs: nowMs - days * DAY_MS, requestsPerMinute: PAST_REQUESTS_PER_MINUTE };
  const count = await playPast(traffic({ ...past, detailShare: DETAIL_SHARE }), nowMs, auditFolder(folder));
  terminal.out(`Imagined ${count} audit lines of ${days} days in ${join(folder.path, AUDIT_DIRECTORY)}.\n`);
}

async function imagineLive(
  folder: ScratchFolder,
  { rate }: DemoOptions,
  { clock, random }: DemoWorld,
  signal: AbortSignal,
): Promise<void> {
  const lines = traffic({
    random,
    startMs: clock.nowMs(),
    requestsPerMinute: rate,
    detailShare: DETAIL_SHARE,
  });
  await playLive(lines, auditFolder(folder), clock, signal);
}
