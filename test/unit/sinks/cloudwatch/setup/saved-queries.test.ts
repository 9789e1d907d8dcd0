/**
 * Goal: each saved query asks for fields that the events have, in a form that Logs Insights takes.
 * Method: names of fields are read out of the queries and looked up in the events of the golden fixture; the rules on
 * the order of commands are those of the documentation. There is no server that could run them.
 */
import { expect, test } from "vitest";
import { SAVED_QUERIES } from "../../../../../src/sinks/cloudwatch/setup/saved-queries.ts";
import { goldenEvents } from "./golden-events.ts";

const COMMANDS = ["fields", "filter", "stats", "sort", "dedup", "limit"];
const WORDS = new Set([
  ...[...COMMANDS, "as", "by", "and", "or", "desc", "asc"],
  ...["sum", "count", "max", "pct", "bin", "ispresent"],
]);
/** Lengths of bins. */
const BIN = /\b\d+[mhd]\b/g;

/** The fields that Logs Insights gives to every event; a member `@timestamp` of ours it calls `@@timestamp`. */
const SYSTEM_FIELDS = ["@timestamp", "@ingestionTime"];

const KNOWN_FIELDS = new Set([...SYSTEM_FIELDS, ...goldenEvents().flatMap((event) => [...event.keys()])]);

/** The names in a query that are neither words of the language nor made by the query itself. */
function fieldsOf(query: string): string[] {
  const code = query.replaceAll(/"[^"]*"/g, "").replaceAll(BIN, "");
  const made = new Set([...code.matchAll(/\bas (\w+)/g)].map(([, name]) => name));
  const names = code.match(/@?[a-z_][\w.]*/gi) ?? [];
  return names.filter((name) => !WORDS.has(name) && !made.has(name));
}

const EACH = SAVED_QUERIES.map(({ title, query }) => [title, query] as const);

test.each(EACH)("%s: asks for fields that the events have", (_, query) => {
  const fields = fieldsOf(query);
  expect(fields.length).toBeGreaterThan(0);
  expect(fields.filter((field) => !KNOWN_FIELDS.has(field))).toEqual([]);
});

test.each(EACH)("%s: consists of known commands, and only limit follows dedup", (_, query) => {
  const commands = query.split("\n| ").map((line) => line.split(" ")[0] ?? "");
  expect(commands.filter((command) => !COMMANDS.includes(command))).toEqual([]);
  const afterDedup = commands.includes("dedup") ? commands.slice(commands.indexOf("dedup") + 1) : [];
  expect(afterDedup.filter((command) => command !== "limit")).toEqual([]);
});

test("titles are unique, and fit with their folder into the name of a query", () => {
  const titles = SAVED_QUERIES.map(({ title }) => title);
  expect(new Set(titles).size).toBe(titles.length);
  expect(Math.max(...titles.map((title) => title.length)) + 64 + 1).toBeLessThanOrEqual(255);
});
