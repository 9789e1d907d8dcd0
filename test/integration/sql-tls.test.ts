/**
 * Goal: connections are encrypted where `tls` says so, and certificates are checked.
 * Method: PostgreSQL and MariaDB with a certificate for 127.0.0.1, by an authority of our own and by another one.
 */
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { isOpensslMissing, makeCertificates } from "../support/certificates.ts";
import { makeDatabase, type SqlDatabase, sqlServers } from "../support/sql-places.ts";
import { sqlSink } from "../support/sql-sink.ts";

const certificates = isOpensslMissing() ? undefined : makeCertificates();
const others = certificates && makeCertificates();
const servers = certificates === undefined ? [] : await sqlServers(certificates);
afterAll(async () => {
  for (const [, server] of servers) await server.stop();
  certificates?.remove();
  others?.remove();
});

const signal = new AbortController().signal;

describe.skipIf(servers.length === 0).each(servers)("%s", (type, server) => {
  let database: SqlDatabase;
  beforeEach(async () => {
    database = await makeDatabase(type, server);
    if (type === "mysql") await database.query(`ALTER USER ${database.name} REQUIRE SSL`);
  });
  afterEach(() => database.remove());

  async function open(options: object) {
    const sink = await sqlSink(type, { ...database.configuration, ...options });
    const report = await sink.open(signal);
    await sink.close();
    return report;
  }

  it("is trusted by its authority", async () => {
    expect(await open({ tls: { ca_file: certificates?.caFile } })).toEqual({ outcome: "ready" });
  });

  it("is not trusted without, or for another authority", async () => {
    const untrusted = { outcome: "blocked", reason: "tls" };
    expect(await open({ tls: {} })).toMatchObject(untrusted);
    expect(await open({ tls: { ca_file: others?.caFile } })).toMatchObject(untrusted);
  });

  it("may be used unchecked", async () => {
    expect(await open({ tls: { verify: false } })).toEqual({ outcome: "ready" });
  });
});
