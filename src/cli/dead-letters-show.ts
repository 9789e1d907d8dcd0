/** `dead-letters show`: everything about one letter; its contents masked, unless they are asked for. */
import type { DeadLetterDatabase, DeadLetterSelection } from "../lane/dead-letter-database.ts";
import type { DeadLetter } from "../lane/dead-letters.ts";
import type { ExitCode, Terminal } from "./command.ts";
import { letterItem } from "./dead-letters-list.ts";
import { counted, formatCount, withoutControls } from "./table.ts";

/** Shows the letter with the id, from every sink that has it. */
export function showLetter(
  letters: DeadLetterDatabase | undefined,
  selection: DeadLetterSelection,
  { raw, json }: { readonly raw: boolean; readonly json: boolean },
  terminal: Terminal,
): ExitCode {
  const found = [...(letters?.list(selection) ?? [])];
  if (found.length === 0) {
    terminal.err(unknownId(selection));
    return 1;
  }
  if (raw) return printRaw(found, terminal);
  if (json) terminal.out(`${JSON.stringify({ total: found.length, items: found.map(shownItem) })}\n`);
  else terminal.out(`${found.map(asLines).join("\n")}\nValues are masked; --raw prints the line.\n`);
  return 0;
}

/** What is said about an id that no letter has. */
export function unknownId({ id, sink }: DeadLetterSelection): string {
  const where = sink === undefined ? "" : ` of the sink ${sink}`;
  return `dead-letters: no letter${where} has the id "${id}"; it was replayed or purged, or \`dead-letters list\` shows the right one\n`;
}

/** Exactly the bytes that were kept, and no newline. */
function printRaw(found: readonly DeadLetter[], terminal: Terminal): ExitCode {
  const [first, ...others] = found;
  if (first === undefined) return 1;
  if (others.some(({ line }) => !line.equals(first.line))) {
    const sinks = found.map(({ sink }) => sink).join(", ");
    terminal.err(`dead-letters: the line was kept in several forms; choose one by --sink: ${sinks}\n`);
    return 2;
  }
  terminal.out(first.line);
  const { sha256, line, lengthBytes } = first;
  if (sha256 !== undefined && line.length < lengthBytes)
    terminal.err(`dead-letters: these are the first ${line.length} of ${lengthBytes} bytes\n`);
  return 0;
}

function shownItem(letter: DeadLetter) {
  const contents = maskedMembers(letter.line);
  return {
    ...letterItem(letter),
    timestamp: letter.timestamp,
    sha256: letter.sha256 ?? null,
    kept_bytes: letter.line.length,
    contents: contents === undefined ? null : Object.fromEntries(contents),
  };
}

function asLines(letter: DeadLetter): string {
  const { kept_bytes: keptBytes, contents: _, sha256, timestamp, ...facts } = shownItem(letter);
  const form = letter.sha256 === undefined ? "after redaction" : "as they were read";
  const lines: [string, string][] = [
    ...Object.entries(facts).map(([name, value]): [string, string] => [name, String(value)]),
    ["@timestamp", timestamp],
    ["kept", `${formatCount(keptBytes)} bytes, ${form}`],
    ...(sha256 === null ? [] : [["sha256", sha256] satisfies [string, string]]),
    ...(maskedMembers(letter.line) ?? []).map(([name, mask]): [string, string] => [`  ${name}`, mask]),
  ];
  const width = Math.max(...lines.map(([name]) => name.length));
  return lines.map(([name, value]) => `${withoutControls(`${name.padEnd(width)}  ${value}`)}\n`).join("");
}

/** The members' names with what kind of value they have; undefined if the line is no JSON object. */
function maskedMembers(line: Buffer): (readonly [string, string])[] | undefined {
  try {
    const record: unknown = JSON.parse(line.toString());
    if (typeof record !== "object" || record === null || Array.isArray(record)) return undefined;
    return Object.entries(record).map(([name, value]) => [name, mask(value)]);
  } catch {
    return undefined;
  }
}

function mask(value: unknown): string {
  if (value === null) return "null";
  if (typeof value === "string") return `text, ${counted(value.length, "character")}`;
  if (Array.isArray(value)) return `array, ${counted(value.length, "element")}`;
  if (typeof value === "object") return `object, ${counted(Object.keys(value).length, "member")}`;
  return typeof value;
}
