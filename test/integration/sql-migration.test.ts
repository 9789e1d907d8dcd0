/**
 * Goal: tables of an older version become present ones with the first start, answers stay the same, and nothing is lost.
 * Method: real PostgreSQL and MariaDB; tables that are set back to version 1 with what they hold.
 */
import { afterAll, describe, expect, it } from "vitest";
import { auditLines } from "../support/audit-lines.ts";
import { requestLine } from "../support/documents.ts";
import { makeDatabase, type SqlDatabase, sqlServers } from "../support/sql-places.ts";
import { deliver, sqlSink } from "../support/sql-sink.ts";
import { openSqlUsage } from "../support/sql-usage.ts";

const servers = await sqlServers();
afterAll(async () => {
  for (const [, server] of servers) await server.stop();
});

const NEW_TABLES = ["usage_repeated", "price", "usage_key_number", "usage_page", "stale_page"];

async function setBack(database: SqlDatabase): Promise<void> {
  const buckets = database.table("usage_bucket");
  for (const table of NEW_TABLES) await database.query(`DROP TABLE ${database.table(table)}`);
  await database.query(
    database.type === "postgres"
      ? `ALTER TABLE ${buckets} DROP CONSTRAINT usage_bucket_pkey, ADD PRIMARY KEY (key_id, start_ms)`
      : `DROP INDEX usage_bucket_by_time ON ${buckets}`,
  );
  await database.query(`UPDATE ${database.table("schema_version")} SET version = 1`);
}

describe.each(servers)("%s", (type, server) => {
  it("goes on from tables of version 1, whoever starts first", async () => {
    const database = await makeDatabase(type, server);
    const lines = auditLines(600).map(({ text }) => text);
    const old = await sqlSink(type, database.configuration);
    await deliver(old, lines);
    await old.close();
    const before = await openSqlUsage(database);
    const expected = await before.byDayAndAgent();
    await before.close();
    await setBack(database);

    const sinks = await Promise.all([1, 2, 3].map(() => sqlSink(type, database.configuration)));
    const never = new AbortController().signal;
    const opened = await Promise.all(sinks.map((sink) => sink.open(never)));
    expect(opened).toEqual(sinks.map(() => ({ outcome: "ready" })));
    const usage = await openSqlUsage(database);
    expect(await usage.byDayAndAgent()).toEqual(expected);
    expect(await database.count("usage_page")).toBe(0);

    const later = requestLine({ ts: "2026-12-31T00:00:00Z", agent_id: "later" });
    const [sink] = sinks;
    if (sink === undefined) throw new Error("no sink");
    await deliver(sink, [later], { name: "later.jsonl" });
    expect(await database.count("usage_page")).toBeGreaterThan(1);
    const answer = await usage.byDayAndAgent();
    expect(answer.filter(([name]) => !name.includes("later"))).toEqual(expected);
    await usage.close();
    for (const one of sinks) await one.close();
    await database.remove();
  });
});
