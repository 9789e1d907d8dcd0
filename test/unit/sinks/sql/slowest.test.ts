/**
 * Goal: the question for the slowest requests becomes one statement with every value as a parameter.
 * Method: the statement. What it answers is compared on real servers in test/integration.
 */
import { describe, expect, test } from "vitest";
import { slowestOf } from "../../../../src/sinks/sql/slowest.ts";
import { dialect } from "./scripted-connection.ts";

const { statements } = dialect;
const everything = { fromMs: 1000, untilMs: 2000, includesSystem: true, filters: {} };

describe("the slowest requests", () => {
  test("are ordered, and limited", () => {
    const { sql, parameters } = slowestOf(statements, everything, 5);
    expect(sql).toMatch(/order by "elapsed_ms" desc, "ts_ms", "id" limit \$4$/);
    expect(parameters).toEqual(["request", 1000, 2000, 5]);
  });

  test("pass the filters, and have no category", () => {
    const filters = { agent: "a", key: "k", category: "llm" };
    const { sql, parameters } = slowestOf(statements, { ...everything, includesSystem: false, filters }, 5);
    expect(sql).toContain(
      '"agent_id" = $5 and false = true and ("api_key_alias" = $6 or "api_key_hash" = $7)',
    );
    expect(parameters).toEqual(["request", 1000, 2000, "system", "a", "k", "k", 5]);
  });
});
