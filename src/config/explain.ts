/** Turns what the schema refuses into sentences: what was expected, what was found, what was probably meant. */
import type { z } from "zod";
import { didYouMean } from "../system/did-you-mean.ts";
import { maskUserInfo } from "../system/secret.ts";
import { type ConfigPath, isSecretAt, knownKeysAt } from "./json-schema.ts";
import { hasReference } from "./substitute.ts";

type Issue = z.core.$ZodIssue;

/** One thing that is wrong with the value, or with the key, at `path`. */
export interface Explanation {
  readonly path: ConfigPath;
  readonly part: "key" | "value";
  readonly message: string;
}

/** The configuration that is explained. */
export interface Subject {
  readonly value: unknown;
  /** The text at `path` before substitution; undefined if there is none. */
  originalAt(path: ConfigPath): string | undefined;
}

/** Explains `issue`; several unknown keys in one mapping are several explanations. */
export function explain(issue: Issue, subject: Subject): readonly Explanation[] {
  const path = issue.path.map((part) => (typeof part === "number" ? part : String(part)));
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => ({
        path: [...path, key],
        part: "key",
        message: unknownKey(path, key, subject),
      }));
    case "invalid_key":
      return [{ path, part: "key", message: issue.issues[0]?.message ?? "not a valid name" }];
    case "invalid_union":
      return explainUnion(issue, path, subject);
    default:
      return [{ path, part: "value", message: `${expectation(issue)}${found(issue, path, subject)}` }];
  }
}

/** The value at `path` of plain data, or undefined. */
export function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const part of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[part];
  }
  return value;
}

function unknownKey(path: ConfigPath, key: string, subject: Subject): string {
  const known = knownKeysAt(path, (at) => valueAt(subject.value, [...at, "type"]));
  const meant = didYouMean(key, known);
  if (meant !== undefined) return `unknown key; did you mean "${meant}"?`;
  return known.length > 0 ? `unknown key; expected one of ${known.join(", ")}` : "unknown key";
}

type UnionIssue = Extract<Issue, { code: "invalid_union" }>;

function explainUnion(issue: UnionIssue, path: ConfigPath, subject: Subject): readonly Explanation[] {
  if (issue.errors.length === 0) {
    const options = "options" in issue && Array.isArray(issue.options) ? issue.options.map(String) : [];
    return [{ path, part: "value", message: `${oneOf(options)}${found(issue, path, subject, options)}` }];
  }
  // The branch that the value came closest to is the one that was meant.
  const inner = (branch: readonly Issue[]) =>
    branch.map((nested) => ({ ...nested, path: [...path, ...nested.path] }) as Issue);
  const meant = issue.errors.filter((branch) => !branch.some(isWrongKindOfValue));
  if (meant[0]) return inner(meant[0]).flatMap((nested) => explain(nested, subject));
  const expected = issue.errors.flatMap((branch) => branch.filter(isWrongKindOfValue).map(expectation));
  const joined = [...new Set(expected)].map((text) => text.replace(/^expected /, "")).join(" or ");
  return [{ path, part: "value", message: `expected ${joined}${found(issue, path, subject)}` }];
}

function isWrongKindOfValue(issue: Issue): boolean {
  return issue.path.length === 0 && (issue.code === "invalid_type" || issue.code === "invalid_value");
}

const KINDS: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "a mapping (key: value)",
  record: "a mapping (key: value)",
  array: "a list",
};

/** `expected ...`; a message that a schema has of its own wins. */
function expectation(issue: Issue): string {
  if (issue.message.startsWith("expected ") || issue.code === "custom") return issue.message;
  switch (issue.code) {
    case "invalid_type":
      return `expected ${KINDS[issue.expected] ?? issue.expected}`;
    case "invalid_value":
      return oneOf(issue.values.map(String));
    case "too_small":
      return `expected ${issue.inclusive === false ? "more than" : "at least"} ${amount(issue.minimum, issue.origin)}`;
    case "too_big":
      return `expected ${issue.inclusive === false ? "less than" : "at most"} ${amount(issue.maximum, issue.origin)}`;
    case "invalid_format":
      return issue.format === "url" ? "expected a URL like https://host:9200" : `expected a ${issue.format}`;
    default:
      return issue.message;
  }
}

function amount(count: number | bigint, origin: string): string {
  if (origin === "string") return count === 1 ? "one character" : `${count} characters`;
  if (origin !== "array") return String(count);
  return count === 1 ? "one entry" : `${count} entries`;
}

function oneOf(values: readonly string[]): string {
  return values.length === 1 ? `expected ${values[0]}` : `expected one of ${values.join(", ")}`;
}

/** `, found ...`, and what was probably meant. Empty where the sentence is complete without it. */
function found(issue: Issue, path: ConfigPath, subject: Subject, options: readonly string[] = []): string {
  const value = valueAt(subject.value, path);
  if (issue.code === "custom" && isComplete(issue.message, value)) return "";
  if (isSecretAt(path)) return `, found ${kindOf(value)}`;

  const original = subject.originalAt(path);
  if (original !== undefined && hasReference(original)) return `, found another text in ${original}`;
  const candidates = issue.code === "invalid_value" ? issue.values.map(String) : options;
  const meant = typeof value === "string" ? didYouMean(value, candidates) : undefined;
  if (meant !== undefined) return `, found ${describe(value)}; did you mean ${meant}?`;
  return `, found ${describe(value)}${quotesHint(issue, value)}`;
}

/** True if a schema's own sentence says all. */
function isComplete(message: string, value: unknown): boolean {
  return !message.startsWith("expected ") || message.includes("found") || typeof value === "object";
}

/** What to do where a value is only quoted wrongly. */
function quotesHint(issue: Issue, value: unknown): string {
  if (issue.code !== "invalid_type" || issue.message.startsWith("expected ")) return "";
  const isPlain = typeof value === "number" || typeof value === "boolean";
  if (issue.expected === "string" && isPlain) return "; write it in quotes";
  const isPlainText = typeof value === "string" && /^(?:true|false|\d+(?:\.\d+)?)$/.test(value);
  return isPlainText && ["number", "int", "boolean"].includes(issue.expected)
    ? "; write it without quotes"
    : "";
}

function kindOf(value: unknown): string {
  if (value === undefined || value === null || value === "") return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a mapping";
  return typeof value === "string" ? "another text" : `a ${typeof value}`;
}

const SHOWN_CHARACTERS_MAX = 80;

function describe(value: unknown): string {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value !== "string" || value === "") return kindOf(value);
  const text = maskUserInfo(value);
  return JSON.stringify(
    text.length > SHOWN_CHARACTERS_MAX ? `${text.slice(0, SHOWN_CHARACTERS_MAX)}...` : text,
  );
}
