/**
 * Goal: a row's every member stands in its column, and a row that is there stays as it is.
 * Method: one row in which all members are set.
 */
import { expect, test } from "vitest";
import { RecordWriter } from "../../../src/store/record-writer.ts";
import { withDatabase } from "./sample-database.ts";
import { generation, NOON_MS, usageRow } from "./sample-rows.ts";

const row = usageRow({
  offset: 42,
  method: "POST",
  status: 200,
  elapsedMs: 1.5,
  organizationId: "o",
  team: "t",
  apiKeyHash: "ff00",
  apiKeyAlias: "ci",
  line: Buffer.from([0x7b, 0xff, 0x00, 0x7d]),
});

test("every member has its column, the line its bytes", () => {
  withDatabase((database) => {
    new RecordWriter(database).addRows(generation, [row]);
    expect(database.prepare("SELECT * FROM record").all([])).toEqual([
      {
        id: `${generation.id}-42`,
        ts_ms: BigInt(NOON_MS),
        kind: "token_usage",
        route_group: "memory_create",
        url_template: "/memory/add",
        path: "/memory/add",
        method: "POST",
        status: 200n,
        elapsed_ms: 1.5,
        agent_id: "dev",
        user_id: "boss",
        organization_id: "o",
        team: "t",
        api_key_hash: "ff00",
        api_key_alias: "ci",
        model: "haiku",
        price_id: "0123456789ab",
        total_picousd: 185_804_800_000n,
        line: row.line,
      },
    ]);
  });
});

test("a row whose id is there already changes nothing", () => {
  withDatabase((database) => {
    const writer = new RecordWriter(database);
    expect(writer.addRow("id", row)).toBe(true);
    expect(writer.addRow("id", { ...row, agentId: "other" })).toBe(false);
    expect(database.prepare("SELECT agent_id FROM record").all([])).toEqual([{ agent_id: "dev" }]);
  });
});
