/**
 * Goal: keys are known by their ids and by their numbers in pages, and read again only when there are more of them.
 * Method: tables in memory, and the statements that reach them.
 */
import { expect, test } from "vitest";
import { PageMaker } from "../../../../src/sinks/sql/page-maker.ts";
import { keyIdOf, SumsWriter } from "../../../../src/sinks/sql/sums-writer.ts";
import { UsageKeys } from "../../../../src/sinks/sql/usage-keys.ts";
import { sumRows } from "../../../../src/store/bucket.ts";
import { TIME_MAX_MS, TIME_MIN_MS } from "../../../../src/store/bucket-query.ts";
import { requestRow } from "../../store/sample-rows.ts";
import { dialect } from "./scripted-connection.ts";
import { withTables } from "./sqlite-connection.ts";

const everything = { fromMs: TIME_MIN_MS, untilMs: TIME_MAX_MS, includesSystem: true, filters: {} };

test("a key without a number is known by its id, one with a number by both", () =>
  withTables(async (connection) => {
    const deltas = sumRows([requestRow({ agentId: "a" })]);
    await new SumsWriter(dialect).add(connection, deltas);
    const keys = new UsageKeys(dialect.statements);
    const idOf = keyIdOf(deltas[0]?.dimensions ?? []);
    const groups = await keys.groups(connection, everything, ["agent"]);
    expect(groups.values).toMatchObject([{ agent: "a" }]);
    expect([groups.groupOf(keys.rowKey(idOf)), groups.groupOf(1)]).toEqual([0, -1]);
    expect(groups.groupOf(keys.rowKey(Buffer.alloc(16)))).toBe(-1);

    await new PageMaker(dialect).makeSome(connection, TIME_MAX_MS, 9);
    const numbered = await keys.groups(connection, everything, ["agent"]);
    expect([numbered.groupOf(keys.rowKey(idOf)), numbered.groupOf(1)]).toEqual([0, 0]);

    connection.log.length = 0;
    await keys.groups(connection, everything, []);
    expect(connection.log).toHaveLength(2);
  }));
