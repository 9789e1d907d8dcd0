/**
 * Goal: whatever a database refuses, the lane learns whose fault it is, and a person what to do; a server that dies in
 * the middle of a transaction loses and doubles nothing.
 * Method: PostgreSQL and MariaDB, started here; tables, users and servers that are changed behind the sink's back.
 */
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Sink } from "../../src/sinks/sink.ts";
import { auditLines } from "../support/audit-lines.ts";
import { batchOf, requestLine } from "../support/documents.ts";
import { makeDatabase, type SqlDatabase, sqlServers } from "../support/sql-places.ts";
import { deliver, deliverBatch, partOf, sqlSink } from "../support/sql-sink.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";

const servers = await sqlServers();
afterAll(async () => {
  for (const [, server] of servers) await server.stop();
});

const signal = new AbortController().signal;
const NAME = "audit-2026-04-03.jsonl";

describe.each(servers)("%s", (type, server) => {
  let database: SqlDatabase;
  let sink: Sink;
  beforeEach(async () => {
    database = await makeDatabase(type, server);
    sink = await newSink();
  });
  afterEach(async () => {
    await sink.close();
    await database.remove();
  });

  const newSink = (options: object = {}) => sqlSink(type, { ...database.configuration, ...options });

  /** What the sink says of `options`, to the lane and to a person who checks. */
  async function saidOf(options: object): Promise<string[]> {
    const other = await newSink(options);
    const report = await other.open(signal);
    const failed = (await other.probe(signal)).find(({ ok }) => !ok);
    await other.close();
    const { outcome, message = "" } = report as { outcome: string; message?: string };
    expect([failed?.message, message]).toContain(message);
    expect(message).not.toContain("secret");
    return [outcome, message];
  }

  describe("somebody has to help", () => {
    it("with a wrong password, and a wrong user", async () => {
      const [outcome, message] = await saidOf({ password: "secret" });
      expect([outcome, message]).toEqual(["blocked", expect.stringContaining("check username and password")]);
      expect((await saidOf({ username: "nobody", password: "secret" }))[0]).toBe("blocked");
    });

    it("with a database that is not there", async () => {
      const [outcome, message] = await saidOf({ database: "nowhere" });
      expect(outcome).toBe("blocked");
      expect(message).toMatch(type === "postgres" ? /make the database/ : /rights|make it/);
    });

    it("with a server that has no TLS", async () => {
      const [outcome, message] = await saidOf({ tls: {} });
      expect([outcome, message]).toEqual(["blocked", expect.stringContaining("leave the option tls out")]);
    });

    it("with rights that are missing", async () => {
      await sink.open(signal);
      const tables = type === "postgres" ? "ALL TABLES IN SCHEMA mem0_audit" : `${database.name}.*`;
      if (type === "postgres") await database.query(`REVOKE ALL ON ${tables} FROM ${database.name}`);
      else await database.query(`REVOKE INSERT ON ${tables} FROM ${database.name}`);
      if (type === "mysql") await sink.close();
      expect(await deliver(sink, [requestLine()])).toMatchObject({
        outcome: "blocked",
        message: expect.stringContaining("the rights that docs/sql.md lists"),
      });
      expect((await sink.probe(signal)).some(({ ok }) => !ok)).toBe(true);
    });

    it("with a server that only reads", async ({ skip }) => {
      if (type === "mysql") skip("only a whole server can be told to");
      await sink.open(signal);
      await database.query(`ALTER USER ${database.name} SET default_transaction_read_only = on`);
      await sink.close();
      expect(await deliver(sink, [requestLine()])).toMatchObject({
        outcome: "blocked",
        message: expect.stringContaining("name the primary"),
      });
    });

    it("with tables that are gone, changed, missing or newer", async () => {
      await deliver(sink, [requestLine()]);
      await database.query(`UPDATE ${database.table("schema_version")} SET version = 99`);
      expect(await saidOf({})).toEqual(["blocked", expect.stringContaining("start the newer program")]);
      await database.query(`DROP TABLE ${database.table("record")}`);
      expect(await deliver(sink, [requestLine({ n: 1 }), requestLine()])).toMatchObject({
        outcome: "blocked",
        message: expect.stringContaining("restart the shipper"),
      });
      const empty = await makeDatabase(type, server);
      const uncreated = await sqlSink(type, { ...empty.configuration, create: false });
      expect(await uncreated.open(signal)).toMatchObject({ outcome: "blocked", reason: "no_tables" });
      await uncreated.close();
      await empty.remove();
    });

    it("with tables that refuse every line", async () => {
      await sink.open(signal);
      await database.query(`ALTER TABLE ${database.table("record")} ADD CONSTRAINT no CHECK (line IS NULL)`);
      expect(await deliver(sink, [requestLine()])).toMatchObject({
        outcome: "blocked",
        message: expect.stringContaining("for every line"),
      });
    });
  });

  it("needs no right to make tables once they are there", async () => {
    await sink.open(signal);
    await sink.close();
    const { name } = database;
    if (type === "postgres") {
      await database.query(`REVOKE CREATE ON DATABASE ${name} FROM ${name}`);
      await database.query("ALTER SCHEMA mem0_audit OWNER TO postgres");
      for (const { table_name } of await database.tables())
        await database.query(`ALTER TABLE mem0_audit.${table_name} OWNER TO postgres`);
      await database.query(`GRANT USAGE ON SCHEMA mem0_audit TO ${name}`);
      await database.query(
        `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA mem0_audit TO ${name}`,
      );
    } else {
      await database.query(`REVOKE CREATE, CREATE VIEW, DROP, REFERENCES, INDEX ON ${name}.* FROM ${name}`);
    }
    for (const create of [true, false]) {
      const allowed = await newSink({ create, retention_days: 7 });
      expect(await allowed.open(signal)).toEqual({ outcome: "ready" });
      expect((await allowed.probe(signal)).every(({ ok }) => ok)).toBe(true);
      expect(await deliver(allowed, [requestLine()], { name: `${create}.jsonl` })).toEqual({
        outcome: "stored",
      });
      await allowed.close();
    }
  });

  it("tells the lines that are refused from those that are not, and stores these once", async () => {
    await sink.open(signal);
    await database.query(
      `ALTER TABLE ${database.table("record")} ADD CONSTRAINT no CHECK (agent_id <> 'bad')`,
    );
    const lines = ["a", "bad", "b", "c", "bad", "d", "bad"].map((agent_id) => requestLine({ agent_id }));
    const report = await deliver(sink, lines);
    if (report.outcome !== "judged") throw new Error(JSON.stringify(report));
    expect(report.verdicts.map(({ verdict }) => verdict)).toEqual(
      ["a", "bad", "b", "c", "bad", "d", "bad"].map((name) => (name === "bad" ? "refused" : "deferred")),
    );
    expect(JSON.stringify(report)).not.toContain('"bad"');
    expect(await database.count("record")).toBe(0);
    expect(await deliver(sink, lines, { indices: [0, 2, 3, 5] })).toEqual({ outcome: "stored" });
    expect([await database.count("record"), await database.count("usage_bucket")]).toEqual([4, 4]);
  });

  it("refuses a line that is larger than the server takes, and no other", async ({ skip }) => {
    if (type === "postgres") skip("it takes every line");
    await database.query("SET GLOBAL max_allowed_packet = 1048576");
    const lines = [requestLine({ agent_id: "a" }), requestLine({ note: "x".repeat(700_000) }), requestLine()];
    const report = await deliver(sink, lines);
    await database.query("SET GLOBAL max_allowed_packet = 16777216");
    expect(report).toMatchObject({
      outcome: "judged",
      verdicts: [{ verdict: "deferred" }, { verdict: "refused", error: { type: "too_large" } }, {}],
    });
  });

  it("waits where a server hangs, and gives up when it is told to", async () => {
    const proxy = await TcpProxy.start(server);
    const slow = await newSink({ host: "127.0.0.1", port: proxy.port, request_timeout: "1s" });
    proxy.mode = "hang";
    expect(await deliver(slow, [requestLine()])).toMatchObject({ outcome: "unavailable", reason: "timeout" });
    proxy.mode = "pass";
    expect(await deliver(slow, [requestLine()])).toEqual({ outcome: "stored" });
    await slow.close();
    await proxy.stop();
  });

  it("takes in each batch wholly or not at all, wherever the connection is cut", async () => {
    const lines = auditLines(60).map(({ text }) => text);
    const proxy = await TcpProxy.start(server);
    const cutting = await newSink({ host: "127.0.0.1", port: proxy.port });
    await sink.open(signal);
    const whole = batchOf(cutting.payloadBuilder(), NAME, lines);
    for (let from = 0, bytes = 0; from < lines.length; from += 10) {
      const batch = partOf(whole, from, from + 10);
      for (;;) {
        bytes += 379;
        const direction = bytes % 2 === 0 ? ("to_server" as const) : ("to_client" as const);
        const cut = { direction, bytes: bytes % (direction === "to_server" ? 16_000 : 1_100) };
        proxy.cutOf = () => (bytes % 7 === 0 ? undefined : cut);
        await cutting.close();
        const { outcome } = await deliverBatch(cutting, batch);
        expect([0, from, from + 10]).toContain((await database.count("record")) || 0);
        if (outcome === "stored" || outcome === "judged") break;
        expect(outcome).toBe("unavailable");
      }
      expect(await database.count("record")).toBe(from + 10);
    }
    expect(Math.min(proxy.cuts.to_client, proxy.cuts.to_server)).toBeGreaterThan(3);
    await cutting.close();
    await proxy.stop();

    const alone = await makeDatabase(type, server);
    const single = await sqlSink(type, alone.configuration);
    await deliver(single, lines);
    const sums = (place: SqlDatabase) => place.rows("usage_bucket", "*", "1, 2");
    expect(await sums(database)).toEqual(await sums(alone));
    await single.close();
    await alone.remove();
  });

  it("knows after a crash of the server what it had committed", async ({ skip }) => {
    if (process.env["POSTGRES_URL"] ?? process.env["MYSQL_URL"]) skip("the server is not ours to kill");
    const lines = auditLines(200).map(({ text }) => text);
    const whole = batchOf(sink.payloadBuilder(), NAME, lines);
    await deliverBatch(sink, partOf(whole, 0, 100));
    const under = deliverBatch(sink, partOf(whole, 100, 200));
    await server.killAndRestart();
    expect(["stored", "unavailable"]).toContain((await under).outcome);
    let report = await deliverBatch(sink, partOf(whole, 100, 200));
    while (report.outcome === "unavailable") report = await deliverBatch(sink, partOf(whole, 100, 200));
    expect(await database.count("record")).toBe(200);
    expect((await sink.progress?.load())?.map(({ offset }) => offset)).toEqual([whole.end.offset]);
  });
});
