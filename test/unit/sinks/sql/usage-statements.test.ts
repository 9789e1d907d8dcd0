/**
 * Goal: a question becomes one statement that selects what was asked for, with every value as a parameter.
 * Method: the statements of both products. What they answer is compared on real servers in test/integration.
 */
import { describe, expect, test } from "vitest";
import { mysqlDialect } from "../../../../src/sinks/mysql/dialect.ts";
import { assumedModelsOf, slowestOf, spanOf, sumsBy } from "../../../../src/sinks/sql/usage-statements.ts";
import { dialect } from "./scripted-connection.ts";

const { statements } = dialect;
const everything = { fromMs: 1000, untilMs: 2000, includesSystem: true, filters: {} };

describe("sums", () => {
  test("are apart by columns and by local days", () => {
    const { sql, parameters } = sumsBy(statements, everything, ["agent_id", "status"], 3_600_000);
    expect(sql).toMatch(/^select SUM\("b"\."requests"\) as "requests", /);
    expect(sql).toContain(
      '"k"."agent_id" as "agent_id", "k"."status" as "status", FLOOR((b.start_ms + 3600000) / 86400000.0) as "day"',
    );
    expect(sql).toContain(
      'from "mem0_audit"."usage_key" as "k" inner join "mem0_audit"."usage_bucket" as "b"',
    );
    expect(sql).toMatch(
      /group by "k"\."agent_id", "k"\."status", FLOOR\(\(b\.start_ms \+ 3600000\) \/ 86400000\.0\)$/,
    );
    expect(parameters).toEqual([1000, 2000]);
  });

  test("of everything need no groups", () => {
    expect(sumsBy(mysqlDialect("audit", "db").statements, everything, []).sql).not.toContain("group by");
  });

  test("are of what all filters let pass", () => {
    const filters = {
      agent: "a'",
      user: "u",
      key: "k",
      organization: "o",
      route: "r",
      model: "m",
      category: "c",
    };
    const { sql, parameters } = sumsBy(statements, { ...everything, includesSystem: false, filters }, []);
    expect(sql).toContain('("k"."api_key_alias" = $10 or "k"."api_key_hash" = $11)');
    expect(parameters).toEqual([1000, 2000, "system", "a'", "u", "o", "r", "m", "c", "k", "k"]);
  });
});

test("the span and the assumed models go by the same selection", () => {
  expect(spanOf(statements, everything).sql).toMatch(/^select MIN\(b\.start_ms\) as "first_ms", MAX/);
  expect(assumedModelsOf(statements, everything)).toMatchObject({
    sql: expect.stringMatching(/^select distinct "k"\."model" /),
    parameters: [1000, 2000, "default"],
  });
});

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
