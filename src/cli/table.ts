/** Rows as aligned text, for every command that answers a person. */
import Table from "cli-table3";
import picocolors from "picocolors";
import type { Terminal } from "./command.ts";

export interface Column {
  readonly title: string;
  /** Numbers stand right-aligned, all else left-aligned. */
  readonly isNumber?: boolean;
}

/** A number is shown with thousands separators; a string as it is, control characters made visible. */
export type Cell = string | number;

export interface TableContent {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
  /** A last row, set apart from the others. */
  readonly totals?: readonly Cell[];
}

const COLUMN_GAP = "  ";

const NO_BORDERS = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: COLUMN_GAP,
} as const;

/** Text from an audit line must not steer the terminal: an agent may be named `\u001b[2J`. */
export function withoutControls(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u{${code.toString(16)}}`;
  });
}

/** A number as people read it: `1,234,567`. */
export function formatCount(count: number): string {
  return count.toLocaleString("en-US");
}

/** So many of a thing, whose plural ends in s: `1 row`, `1,234 rows`. */
export function counted(count: number, thing: string): string {
  return `${formatCount(count)} ${thing}${count === 1 ? "" : "s"}`;
}

/** `text` in at most `lengthMax` (3 or more) characters, cut in the middle: `us.anthro…v1:0`. */
export function shorten(text: string, lengthMax: number): string {
  if (text.length <= lengthMax) return text;
  const endLength = Math.floor((lengthMax - 1) / 2);
  return `${text.slice(0, lengthMax - 1 - endLength)}…${text.slice(-endLength)}`;
}

function cellText(cell: Cell): string {
  return typeof cell === "number" ? formatCount(cell) : withoutControls(cell);
}

/** The table as text, each line ended by a newline; coloured only on a terminal that wants it. */
export function renderTable(
  content: TableContent,
  terminal: Pick<Terminal, "isInteractive" | "environment">,
): string {
  const colors = picocolors.createColors(terminal.isInteractive && !terminal.environment["NO_COLOR"]);
  const table = new Table({
    chars: NO_BORDERS,
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [] },
    colAligns: content.columns.map((column) => (column.isNumber ? "right" : "left")),
  });
  table.push(content.columns.map((column) => colors.dim(withoutControls(column.title))));
  for (const row of content.rows) table.push(row.map(cellText));
  if (content.totals) table.push(content.totals.map((cell) => colors.bold(cellText(cell))));
  return table
    .toString()
    .split("\n")
    .map((line) => `${line.trimEnd()}\n`)
    .join("");
}

/** What terminals show two columns wide: the wide blocks of Unicode's East Asian Width; beyond them, pairs of surrogates. */
const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/g;

function textWidth(text: string): number {
  return text.length + (text.match(WIDE)?.length ?? 0);
}

function widthOf({ columns, rows, totals = [] }: TableContent): number {
  const widths = columns.map(({ title }, index) => {
    const cells = [...rows, totals].map((row) => textWidth(cellText(row[index] ?? "")));
    return cells.reduce((widest, width) => Math.max(widest, width), title.length);
  });
  return widths.reduce((sum, width) => sum + width, COLUMN_GAP.length * (columns.length - 1));
}

/** The first of the tables that is not wider than `columnsMax` characters; if all are, the last. There is at least one. */
export function firstThatFits(choices: Iterable<TableContent>, columnsMax: number): TableContent {
  let last: TableContent = { columns: [], rows: [] };
  for (const choice of choices) {
    last = choice;
    if (widthOf(choice) <= columnsMax) break;
  }
  return last;
}

/** As much of a table as the terminal has room for; a program that reads the text gets the `whole`. */
export function renderFitting(
  whole: TableContent,
  choices: Iterable<TableContent>,
  terminal: Pick<Terminal, "isInteractive" | "environment" | "columns">,
): string {
  return renderTable(terminal.isInteractive ? firstThatFits(choices, terminal.columns) : whole, terminal);
}
