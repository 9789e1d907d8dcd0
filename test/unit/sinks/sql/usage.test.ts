/**
 * Goal: rows of sums become the groups of an answer, exactly, and what is in the way is a sentence.
 * Method: a server that is scripted. The answers of real ones are compared in test/integration/sql-usage.test.ts.
 */
import { describe, expect, test } from "vitest";
import { postgresOptions } from "../../../../src/sinks/postgres/options.ts";
import { sqlUsage } from "../../../../src/sinks/sql/usage.ts";
import { systemClock } from "../../../../src/system/clock.ts";
import { UsageFault } from "../../../../src/usage/source.ts";
import { TimeZone } from "../../../../src/usage/time-zone.ts";
import { dialect, EMPTY_TABLES, networkFault, PLACE, ScriptedConnection } from "./scripted-connection.ts";

const zone = TimeZone.find("UTC");
if (zone === undefined) throw new Error("no UTC");
const selection = { fromMs: 0, untilMs: 9e12, includesSystem: true, filters: {}, zone };

function open(connection: ScriptedConnection, records = true) {
  const options = postgresOptions.parse({ url: "postgres://shipper@db/audit", records });
  const server = { dialect, place: PLACE, connection: () => connection };
  return sqlUsage(options, { name: "db", clock: systemClock }, server);
}

/** A row of sums, each of them `sum`. */
function sums(sum: string | null, members: object = {}): object {
  const columns = ["requests", "errors", "usage_records", "llm_calls", "embedding_calls", "input_tokens"];
  const more = ["output_tokens", "unpriced_records", "suspect_records", "elapsed_ms"];
  const money = ["total_picousd", "lower_bound_picousd"];
  return { ...Object.fromEntries([...columns, ...more, ...money].map((name) => [name, sum])), ...members };
}

describe("groups", () => {
  test("are exact beyond what a number holds, whichever name a key has", async () => {
    const rows = [
      sums("9223372036854775808", { api_key_alias: "ci", api_key_hash: "ff" }),
      sums("1", { api_key_alias: null, api_key_hash: "ff", status: 200 }),
    ];
    const connection = new ScriptedConnection((sql, parameters) =>
      sql.startsWith("select SUM") ? rows : EMPTY_TABLES(sql, parameters),
    );
    const groups = await (await open(connection)).groups(selection, ["key", "status"]);
    expect(groups.map(({ values }) => values)).toEqual([
      ["ci", null],
      ["ff", 200],
    ]);
    expect(groups[0]?.sums).toMatchObject({ totalPicousd: 2n ** 63n, lowerBoundPicousd: 2n ** 63n });
  });

  test("of nothing are none", async () => {
    const connection = new ScriptedConnection((sql, parameters) => {
      if (sql.startsWith("select SUM")) return [sums(null)];
      return sql.startsWith("select MIN")
        ? [{ first_ms: null, last_ms: null }]
        : EMPTY_TABLES(sql, parameters);
    });
    const usage = await open(connection);
    expect(await usage.groups(selection, [])).toEqual([]);
    expect(await usage.groups(selection, ["day"])).toEqual([]);
    expect(await usage.span(selection)).toBeUndefined();
    await usage.close();
    expect(connection.ends).toBe(1);
  });
});

describe("in the way", () => {
  test("are tables that are not there, and a database that is away", async () => {
    const noTables = open(new ScriptedConnection(() => []));
    await expect(noTables).rejects.toThrow(/has no tables of this version yet: start the daemon/);
    const away = new ScriptedConnection(() => {
      throw networkFault();
    });
    await expect(open(away)).rejects.toBeInstanceOf(UsageFault);
  });

  test("of the slowest is that no records are kept", async () => {
    const usage = await open(new ScriptedConnection(), false);
    await expect(usage.slowest(selection, 5)).rejects.toThrow(/keeps sums only \(records: false\)/);
  });
});
