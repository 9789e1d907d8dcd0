/**
 * Goal: a problem is one line that starts with its place, as compilers write it.
 * Method: tables.
 */
import { expect, test } from "vitest";
import { formatKey, formatProblem } from "../../../src/config/problem.ts";

test.each([
  [["sinks", "search", "endpoints", 0], "sinks.search.endpoints[0]"],
  [["pricing", "overrides", "a.b:0"], 'pricing.overrides["a.b:0"]'],
  [["redact", "results[].memory"], 'redact["results[].memory"]'],
  [[], ""],
])("the path %j is written %s", (path, key) => {
  expect(formatKey(path)).toBe(key);
});

test("a place without a line is a flag or a variable", () => {
  const problem = { key: "log.level", message: "expected one of debug, info" };
  expect(formatProblem({ ...problem, file: "c.yaml", line: 12, column: 5 })).toBe(
    "c.yaml:12:5: log.level: expected one of debug, info",
  );
  expect(formatProblem({ ...problem, file: "--log-level", line: undefined, column: undefined })).toBe(
    "--log-level: log.level: expected one of debug, info",
  );
  expect(formatProblem({ file: "c.yaml", line: 1, column: 1, key: "", message: "no such file" })).toBe(
    "c.yaml:1:1: no such file",
  );
});
