/** `dead-letters`: the lines that a sink will not take, to be looked at, sent again or deleted. */
import type { Config } from "../config/load.ts";
import { BODIES_LANE } from "../daemon/bodies.ts";
import { LOCAL_LANE } from "../daemon/lane-plan.ts";
import { StateFolder } from "../daemon/state-folder.ts";
import {
  type DeadLetterDatabase,
  type DeadLetterSelection,
  openDeadLettersForChanges,
  openDeadLettersForReading,
} from "../lane/dead-letter-database.ts";
import { systemClock } from "../system/clock.ts";
import { didYouMean } from "../system/did-you-mean.ts";
import { isCorruption, sqliteErrorCode } from "../system/sqlite.ts";
import { parseDurationMs } from "../system/units.ts";
import { type CommonOptions, command, type ExitCode, type Terminal } from "./command.ts";
import { requireConfiguration } from "./configuration.ts";
import { purgeLetters, replayLetters } from "./dead-letters-change.ts";
import { listLetters } from "./dead-letters-list.ts";
import { showLetter } from "./dead-letters-show.ts";

const ACTIONS = ["list", "show", "replay", "purge"] as const;
type Action = (typeof ACTIONS)[number];

interface DeadLettersOptions extends CommonOptions {
  readonly action: Action;
  readonly id?: string | undefined;
  /** The command's name, and what followed `--`: an id may begin with a dash. */
  readonly _?: readonly (string | number)[];
  readonly sink?: string | undefined;
  readonly limit?: number | undefined;
  readonly raw?: boolean | undefined;
  readonly olderThan?: string | undefined;
  readonly yes?: boolean | undefined;
}

export const deadLettersCommand = command<DeadLettersOptions>({
  usage: "dead-letters [action] [id]",
  description: "list, show, replay or purge lines that a sink will not take",
  build: (parser) =>
    parser
      .positional("action", { choices: ACTIONS, default: "list" as const, describe: "what to do" })
      .positional("id", { type: "string", describe: "one letter, by the id that list shows" })
      .option("sink", { type: "string", requiresArg: true, describe: "only the letters of this sink" })
      .option("limit", {
        type: "number",
        requiresArg: true,
        describe: "list: only so many, the newest (50; with --json all)",
      })
      .option("raw", { type: "boolean", describe: "show: print the line itself, private values and all" })
      .option("older-than", {
        type: "string",
        requiresArg: true,
        describe: "purge: only letters older than 30d, 12h",
      })
      .option("yes", { type: "boolean", describe: "purge: really delete; without it, only count" })
      .example("$0 dead-letters", "which lines were refused, and why")
      .example("$0 dead-letters replay --sink search", "send them again once the cause is mended")
      .example("$0 dead-letters purge --older-than 30d --yes", "delete old ones for good")
      .epilogue(
        "Exit codes: 0 done, 1 letters stayed or the id is unknown, 2 wrong usage or nothing confirmed.",
      ),
  run: async (options, terminal) => {
    const problem = problemOf(options);
    if (problem !== undefined) return refuse(problem, terminal);
    const config = await requireConfiguration(options, terminal);
    return config === undefined ? 2 : runAction(config, options, terminal);
  },
});

/** Options that go with one action only: elsewhere they would be a mistake that changes more than was meant. */
const ACTION_OF_OPTION = { limit: "list", raw: "show", olderThan: "purge", yes: "purge" } as const;

function problemOf(options: DeadLettersOptions): string | undefined {
  const { action, limit, olderThan } = options;
  for (const [option, owner] of Object.entries(ACTION_OF_OPTION)) {
    if (options[option as keyof typeof ACTION_OF_OPTION] !== undefined && action !== owner)
      return `--${option === "olderThan" ? "older-than" : option} goes with \`dead-letters ${owner}\` alone, not with ${action}`;
  }
  const id = idOf(options);
  if (action === "show" && id === undefined) return "show: expected the id of a letter, as `list` shows them";
  if (action === "list" && id !== undefined) return `list takes no id; try: dead-letters show ${id}`;
  if (options.raw && options.json) return "--raw prints the line itself, so it does not go with --json";
  if (limit !== undefined && !(Number.isInteger(limit) && limit >= 1))
    return "--limit: expected a whole number from 1 on";
  if (olderThan !== undefined && parseDurationMs(olderThan) === undefined)
    return `--older-than: expected a duration like 30d or 12h, found "${olderThan}"`;
  return undefined;
}

function idOf({ id, _: words = [] }: DeadLettersOptions): string | undefined {
  const afterDashes = words[1];
  return id ?? (afterDashes === undefined ? undefined : String(afterDashes));
}

function refuse(problem: string, terminal: Terminal): ExitCode {
  terminal.err(`dead-letters: ${problem}\n`);
  return 2;
}

async function runAction(config: Config, options: DeadLettersOptions, terminal: Terminal): Promise<ExitCode> {
  const { action } = options;
  const path = new StateFolder(config.state_dir).deadLetters;
  let letters: DeadLetterDatabase | undefined;
  try {
    const open =
      action === "list" || action === "show" ? openDeadLettersForReading : openDeadLettersForChanges;
    letters = open(path);
  } catch (error) {
    terminal.err(`dead-letters: cannot open ${path}: ${reasonOf(error)}\n`);
    return 1;
  }
  try {
    const unknown = unknownSink(config, options.sink, letters);
    if (unknown !== undefined) return refuse(unknown, terminal);
    return await act(config, letters, options, terminal);
  } catch (error) {
    if (sqliteErrorCode(error) === undefined) throw error;
    terminal.err(`dead-letters ${action}: ${reasonOf(error)}; do it again, nothing is lost\n`);
    return 1;
  } finally {
    letters?.close();
  }
}

function act(
  config: Config,
  letters: DeadLetterDatabase | undefined,
  options: DeadLettersOptions,
  terminal: Terminal,
): ExitCode | Promise<ExitCode> {
  const { action, sink, limit, raw = false, json = false, yes: isConfirmed = false } = options;
  const id = idOf(options);
  const selection: DeadLetterSelection = { sink, id, beforeMs: beforeMs(options.olderThan) };
  switch (action) {
    case "list":
      return listLetters(letters, selection, { limit, json }, terminal);
    case "show":
      return showLetter(letters, selection, { raw, json }, terminal);
    case "replay":
      return replayLetters(config, letters, selection, { json }, terminal);
    case "purge":
      return purgeLetters(letters, selection, { isConfirmed, json }, terminal);
  }
}

function beforeMs(olderThan: string | undefined): number | undefined {
  const ageMs = olderThan === undefined ? undefined : parseDurationMs(olderThan);
  return ageMs === undefined ? undefined : systemClock.nowMs() - ageMs;
}

/** A sink that is neither configured nor has letters is a slip, and not one without letters. */
function unknownSink(
  config: Config,
  sink: string | undefined,
  letters: DeadLetterDatabase | undefined,
): string | undefined {
  const bodies = config.bodies === undefined ? [] : [BODIES_LANE];
  const names = [LOCAL_LANE, ...Object.keys(config.sinks), ...bodies];
  if (sink === undefined || names.includes(sink) || (letters?.total({ sink }) ?? 0) > 0) return undefined;
  const meant = didYouMean(sink, names);
  return `--sink: there is no sink "${sink}"; ${meant === undefined ? `there are ${names.join(", ")}` : `did you mean ${meant}?`}`;
}

function reasonOf(error: unknown): string {
  if (isCorruption(error)) return "it is damaged; the daemon moves it aside when it starts";
  const message = error instanceof Error ? error.message : String(error);
  const code = sqliteErrorCode(error);
  if (code?.startsWith("SQLITE_BUSY")) return `the dead letters are in use by another process (${code})`;
  return code === undefined ? message : `${message} (${code})`;
}
