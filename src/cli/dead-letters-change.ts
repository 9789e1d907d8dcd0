/** `dead-letters replay` and `dead-letters purge`: what changes the letters, also beside a running daemon. */
import type { Config } from "../config/load.ts";
import { ReplayReport, replay } from "../daemon/replay.ts";
import { StateFolder } from "../daemon/state-folder.ts";
import type { DeadLetterDatabase, DeadLetterSelection } from "../lane/dead-letter-database.ts";
import { systemClock } from "../system/clock.ts";
import { systemFiles } from "../system/files.ts";
import { openLog } from "../system/log.ts";
import { systemRandom } from "../system/random.ts";
import type { ExitCode, Terminal } from "./command.ts";
import { unknownId } from "./dead-letters-show.ts";
import { counted, formatCount, withoutControls } from "./table.ts";

/** Sends the selected letters again. Exit code 0 if none of them stays. */
export async function replayLetters(
  config: Config,
  letters: DeadLetterDatabase | undefined,
  selection: DeadLetterSelection,
  { json }: { readonly json: boolean },
  terminal: Terminal,
): Promise<ExitCode> {
  const isUnknown = selection.id !== undefined && !isKnown(letters, selection);
  const stop = new AbortController();
  const undo = (["SIGINT", "SIGTERM"] as const).map((signal) =>
    terminal.onSignal(signal, () => stop.abort()),
  );
  try {
    const ports = {
      files: systemFiles,
      clock: systemClock,
      random: systemRandom,
      log: openLog(config.log.level),
    };
    const state = new StateFolder(config.state_dir);
    const report =
      letters === undefined
        ? new ReplayReport()
        : await replay(config, state, selection, { ...ports, letters, stop: stop.signal });
    printReport(report, json, terminal);
    if (isUnknown) terminal.err(unknownId(selection));
    return isUnknown || report.stillRefused + report.failed > 0 ? 1 : 0;
  } finally {
    for (const forget of undo) forget();
  }
}

function printReport(
  { replayed, stillRefused, failed, remarks }: ReplayReport,
  json: boolean,
  terminal: Terminal,
) {
  for (const { sink, letters, reason } of remarks) {
    const stay = letters === 1 ? "1 letter stays" : `${formatCount(letters)} letters stay`;
    terminal.err(`${sink}: ${stay}: ${withoutControls(reason)}\n`);
  }
  if (json) terminal.out(`${JSON.stringify({ replayed, still_refused: stillRefused, failed })}\n`);
  else
    terminal.out(
      `${formatCount(replayed)} replayed, ${formatCount(stillRefused)} still refused, ${formatCount(failed)} failed\n`,
    );
}

/** Deletes the selected letters, once confirmed; else it says how many they are, with exit code 2. */
export function purgeLetters(
  letters: DeadLetterDatabase | undefined,
  selection: DeadLetterSelection,
  { isConfirmed, json }: { readonly isConfirmed: boolean; readonly json: boolean },
  terminal: Terminal,
): ExitCode {
  const selected = letters?.total(selection) ?? 0;
  if (selection.id !== undefined && !isKnown(letters, selection)) {
    terminal.err(unknownId(selection));
    return 1;
  }
  const purged = isConfirmed ? (letters?.purge(selection) ?? 0) : 0;
  if (json) terminal.out(`${JSON.stringify({ selected, purged })}\n`);
  if (isConfirmed || selected === 0) {
    if (!json) terminal.out(`${formatCount(purged)} purged\n`);
    return 0;
  }
  terminal.err(
    `${counted(selected, "dead letter")} would be deleted for good; add --yes to delete ${selected === 1 ? "it" : "them"}\n`,
  );
  return 2;
}

function isKnown(letters: DeadLetterDatabase | undefined, { sink, id }: DeadLetterSelection): boolean {
  return (letters?.total({ sink, id }) ?? 0) > 0;
}
