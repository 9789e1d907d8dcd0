/**
 * Numbers and booleans that came out of `${VAR}` as text.
 *
 * The schema decides: a text from a substitution becomes a number or a boolean only where one is expected, so
 * that a password of digits stays a text.
 */
import type { z } from "zod";
import { valueAt } from "./explain.ts";
import type { ConfigPath } from "./json-schema.ts";

type Issue = z.core.$ZodIssue;

/** The value that `text` stands for where `issue` says what is expected; undefined if none. */
function coerced(text: string, issue: Issue): unknown {
  if (issue.code === "invalid_value") return issue.values.find((value) => String(value) === text);
  if (issue.code !== "invalid_type") return undefined;
  if (issue.expected === "boolean") return ({ true: true, false: false } as Record<string, unknown>)[text];
  const isNumber = issue.expected === "number" || issue.expected === "int";
  return isNumber && /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : undefined;
}

/** Changes, in `root`, the substituted texts that `issues` refuse and that stand for something better. */
export function coerceSubstituted(
  root: unknown,
  issues: readonly Issue[],
  isSubstituted: (path: ConfigPath) => boolean,
): boolean {
  let hasChanged = false;
  for (const issue of issues) {
    const path = issue.path as (string | number)[];
    const text = valueAt(root, path);
    const parent = valueAt(root, path.slice(0, -1));
    const last = path.at(-1);
    if (typeof text !== "string" || last === undefined || !isSubstituted(path)) continue;
    const value = coerced(text, issue);
    if (value === undefined) continue;
    (parent as Record<string | number, unknown>)[last] = value;
    hasChanged = true;
  }
  return hasChanged;
}
