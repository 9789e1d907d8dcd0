/** Answers as comma-separated values, for spreadsheets. */
import type { UsageAnswer } from "./answer.ts";
import type { ErrorsAnswer } from "./errors.ts";
import type { SlowestAnswer } from "./slowest.ts";

type CsvValue = string | number | null;

/** What a spreadsheet would take for a formula; a lone sign, as in the agent `-`, is none. */
const FORMULA = /^[=+\-@\t\r]./s;

function csvField(value: CsvValue): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * The rows as RFC 4180 has them, the members' names first. A member that is absent or null is an empty field; a text
 * that a spreadsheet would run as a formula gets an apostrophe in front.
 */
function csv<Name extends string>(
  names: readonly Name[],
  rows: readonly Readonly<Partial<Record<Name, CsvValue>>>[],
): string {
  const lines = rows.map((row) => names.map((name) => csvField(row[name] ?? null)));
  return [names, ...lines].map((fields) => `${fields.join(",")}\r\n`).join("");
}

/** The rows of `usage --json`, without the totals; one row of totals if nothing was grouped. */
export function usageCsv({ by, rows, totals }: UsageAnswer): string {
  const figures = Object.keys(totals) as (keyof typeof totals)[];
  return csv([...by, ...figures], by.length === 0 ? [totals] : rows);
}

/** The rows of `usage slowest --json`. */
export function slowestCsv({ rows }: SlowestAnswer): string {
  return csv(["path", "elapsed_ms", "agent_id", "user_id", "status", "ts"], rows);
}

/** The rows of `usage errors --json`. */
export function errorsCsv({ rows }: ErrorsAnswer): string {
  return csv(["status", "path", "requests"], rows);
}
