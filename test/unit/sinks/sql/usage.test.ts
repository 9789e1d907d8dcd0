/**
 * Goal: sums become the groups of an answer, and what is in the way is a sentence.
 * Method: tables in memory, and a server that is scripted. The answers of real ones are compared in
 * test/integration/usage-from-sql.test.ts.
 */
import { describe, expect, test } from "vitest";
import { postgresOptions } from "../../../../src/sinks/postgres/options.ts";
import type { SqlConnection } from "../../../../src/sinks/sql/connection.ts";
import { SumsWriter } from "../../../../src/sinks/sql/sums-writer.ts";
import { sqlUsage } from "../../../../src/sinks/sql/usage.ts";
import { sumRows } from "../../../../src/store/bucket.ts";
import type { StoreRow } from "../../../../src/store/row.ts";
import { systemClock } from "../../../../src/system/clock.ts";
import { UsageFault, type UsageSource } from "../../../../src/usage/source.ts";
import { TimeZone } from "../../../../src/usage/time-zone.ts";
import { NOON_MS, requestRow, usageRow } from "../../store/sample-rows.ts";
import { dialect, networkFault, PLACE, ScriptedConnection } from "./scripted-connection.ts";
import { withTables } from "./sqlite-connection.ts";

const zone = TimeZone.find("UTC");
if (zone === undefined) throw new Error("no UTC");
const selection = { fromMs: 0, untilMs: 9e12, includesSystem: true, filters: {}, zone };

function open(connection: SqlConnection, records = true) {
  const options = postgresOptions.parse({ url: "postgres://shipper@db/audit", records });
  const server = { dialect, place: PLACE, connection: () => connection };
  return sqlUsage(options, { name: "db", clock: systemClock }, server);
}

/** Tables in memory, of the present version. */
async function withSums(
  rows: readonly StoreRow[],
  work: (usage: UsageSource) => Promise<void>,
): Promise<void> {
  await withTables(async (connection) => {
    await new SumsWriter(dialect).add(connection, sumRows(rows));
    const scripted = new ScriptedConnection();
    const query = connection.query.bind(connection);
    connection.query = (statement) =>
      /to_regclass|schema_version/.test(statement.sql) ? scripted.query(statement) : query(statement);
    await work(await open(connection));
  });
}

describe("answers", () => {
  const rows = [
    requestRow({ apiKeyAlias: "ci", apiKeyHash: "ff" }),
    requestRow({ apiKeyHash: "ff", status: 404 }),
    usageRow(),
  ];

  test("are groups in the order of their dimensions, whichever name a key has", () =>
    withSums(rows.slice(0, 2), async (usage) => {
      const groups = await usage.groups(selection, ["key", "day", "status"]);
      const day = new Date(NOON_MS).toISOString().slice(0, 10);
      expect(groups.map(({ values }) => values)).toEqual(
        expect.arrayContaining([
          ["ci", day, 200],
          ["ff", day, 404],
        ]),
      );
    }));

  test("tell the span, and models that were assumed", () =>
    withSums(rows, async (usage) => {
      expect(await usage.span(selection)).toEqual({ firstMs: NOON_MS, lastMs: NOON_MS });
      const [model] = [
        ...new Set(rows.flatMap(({ cost }) => (cost?.modelSource === "default" ? [cost.model] : []))),
      ];
      expect(await usage.assumedModels(selection)).toEqual(model === undefined ? [] : [model]);
    }));

  test("about nothing are none", () =>
    withSums([], async (usage) => {
      expect(await usage.groups(selection, [])).toEqual([]);
      expect(await usage.groups(selection, ["day"])).toEqual([]);
      expect(await usage.span(selection)).toBeUndefined();
    }));

  test("end with the connection", async () => {
    const connection = new ScriptedConnection();
    await (await open(connection)).close();
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
