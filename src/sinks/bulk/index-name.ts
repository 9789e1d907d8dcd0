/**
 * The option `index`: a name with the day in it, `mem0-audit-logs-{yyyy.MM.dd}`.
 *
 * An id is unique within one index only. So a line must come into the same index whenever it is sent, and the
 * day is that of its file, never today.
 */
import assert from "node:assert/strict";

const PLACEHOLDER = /\{([^{}]*)\}/g;
const DATE_FORMAT = /^(?:yyyy|MM|dd|[._-])+$/;
/** What the server refuses in an index name, and what would make it a list or a pattern of names. */
const FORBIDDEN_CHARACTER = /[\\/*?"<>|\s,#:A-Z]/;
const NAME_BYTES_MAX = 255;

export interface IndexName {
  /** The index of a day `YYYY-MM-DD`. */
  forDay(day: string): string;
  /** Matches the index of every day: `mem0-audit-logs-*`. */
  readonly pattern: string;
  /** True for the index of some day, false for others that `pattern` matches as well: `mem0-audit-logs-test-2026.04.03`. */
  matches(index: string): boolean;
}

/** Why `text` cannot be an `index` option; undefined if it can. */
export function indexNameProblem(text: string): string | undefined {
  for (const [placeholder, format = ""] of text.matchAll(PLACEHOLDER)) {
    if (!DATE_FORMAT.test(format)) {
      return `expected {yyyy.MM.dd} or another order of yyyy, MM and dd, found "${placeholder}"`;
    }
  }
  const name = fill(text, "2026-01-31");
  const wrong = FORBIDDEN_CHARACTER.exec(name) ?? /[{}]/.exec(name) ?? /^[-_+]|^\.{1,2}$/.exec(name);
  if (name === "") return "expected the name of an index, found an empty text";
  if (wrong !== null) return `expected the lower-case name of an index, found "${wrong[0]}" in "${text}"`;
  if (Buffer.byteLength(name) > NAME_BYTES_MAX)
    return `expected at most ${NAME_BYTES_MAX} bytes in an index name`;
  return text.startsWith("{")
    ? "expected a name that does not begin with the day, for its index template"
    : undefined;
}

/** Reads an `index` option that has no problem. */
export function parseIndexName(text: string): IndexName {
  assert.equal(indexNameProblem(text), undefined);
  const anyDay = dayPattern(text);
  return {
    forDay: (day) => fill(text, day),
    pattern: text.replace(PLACEHOLDER, "*").replace(/\*[*._-]*\*/g, "*"),
    matches: (index) => anyDay.test(index),
  };
}

/** Matches the name with any day; years beyond 9999 have a sign and six digits. */
function dayPattern(text: string): RegExp {
  const name = text.replace(/[.+^$()[\]|]/g, "\\$&");
  const anyDay = name.replace(PLACEHOLDER, (_, format: string) =>
    format.replace("yyyy", "(?:\\d{4}|[+-]\\d{6})").replace("MM", "\\d\\d").replace("dd", "\\d\\d"),
  );
  return new RegExp(`^${anyDay}$`);
}

function fill(text: string, day: string): string {
  return text.replace(PLACEHOLDER, (_, format: string) =>
    format
      .replace("yyyy", day.slice(0, -"-MM-dd".length))
      .replace("MM", day.slice(-"MM-dd".length, -"-dd".length))
      .replace("dd", day.slice(-"dd".length)),
  );
}
