/** `dead-letters list`: which lines a sink will not take, and why. */
import type {
  DeadLetterDatabase,
  DeadLetterFacts,
  DeadLetterSelection,
} from "../lane/dead-letter-database.ts";
import type { ExitCode, Terminal } from "./command.ts";
import { formatCount, renderTable } from "./table.ts";

/** Rows for a person who did not say how many. */
const ROWS_DEFAULT = 50;
const REASON_CHARACTERS_MAX = 80;

/** A letter as `list --json` gives it. */
export function letterItem(letter: DeadLetterFacts) {
  const { id, sink, file, offset, lengthBytes: bytes, type, reason, timeMs, attempts } = letter;
  return { id, sink, file, offset, bytes, type, reason, time: new Date(timeMs).toISOString(), attempts };
}

/** Lists in the order in which the letters came. Without a database there are none. */
export function listLetters(
  letters: DeadLetterDatabase | undefined,
  selection: DeadLetterSelection,
  { limit, json }: { readonly limit: number | undefined; readonly json: boolean },
  terminal: Terminal,
): ExitCode {
  if (letters === undefined) {
    terminal.out(json ? `${JSON.stringify({ total: 0, items: [] })}\n` : "There are no dead letters.\n");
    return 0;
  }
  letters.atOneMoment(() => {
    const total = letters.total(selection);
    if (json) printJson(total, letters.facts(selection, limit), terminal);
    else printTable(total, [...letters.facts(selection, limit ?? ROWS_DEFAULT)], terminal);
  });
  return 0;
}

/** Piece by piece: there may be more letters than one text can hold. */
function printJson(total: number, letters: Iterable<DeadLetterFacts>, terminal: Terminal): void {
  let separator = `{"total":${total},"items":[`;
  for (const letter of letters) {
    terminal.out(`${separator}${JSON.stringify(letterItem(letter))}`);
    separator = ",\n";
  }
  terminal.out(`${total === 0 ? separator : ""}]}\n`);
}

function printTable(total: number, letters: readonly DeadLetterFacts[], terminal: Terminal): void {
  if (letters.length === 0) {
    terminal.out("There are no dead letters.\n");
    return;
  }
  if (letters.length < total)
    terminal.out(
      `The newest ${formatCount(letters.length)} of ${formatCount(total)} dead letters; --limit shows more, --json all.\n\n`,
    );
  const columns = [
    { title: "id" },
    { title: "sink" },
    { title: "file" },
    { title: "offset", isNumber: true },
    { title: "bytes", isNumber: true },
    { title: "time" },
    { title: "attempts", isNumber: true },
    { title: "type" },
    { title: "reason" },
  ];
  const rows = letters.map((letter) => {
    const { id, sink, file, offset, bytes, type, reason, time, attempts } = letterItem(letter);
    return [id, sink, file, offset, bytes, time, attempts, type, shortened(reason)];
  });
  terminal.out(renderTable({ columns, rows }, terminal));
}

function shortened(reason: string): string {
  return reason.length > REASON_CHARACTERS_MAX ? `${reason.slice(0, REASON_CHARACTERS_MAX - 1)}…` : reason;
}
