/**
 * Goal: with the rights that the documentation names everything works, and whatever is wrong with trust, credentials or
 * rights is said in one sentence, by `check` and by the daemon.
 * Method: a real Elasticsearch with TLS and users, of the newest version that runs here; roles and keys are made through
 * its API.
 */
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { isOpensslMissing, makeCertificates } from "../support/certificates.ts";
import { requestLine } from "../support/documents.ts";
import { type ElasticsearchConfiguration, elasticsearchSink } from "../support/elasticsearch-sink.ts";
import { deliverLines } from "../support/opensearch-sink.ts";
import {
  AUDIT_FILE,
  documentedRoles,
  INDEX,
  ROLES_OF_USERS,
  SearchAccess,
} from "../support/search-access.ts";
import { elasticsearchTargets } from "../support/servers/elasticsearch.ts";
import { PASSWORD } from "../support/servers/search-server.ts";

const ROLES = documentedRoles("docs/elasticsearch.md", "_security/role");
const target = (await elasticsearchTargets()).filter(({ isOurs }) => isOurs).at(-1);
if (target === undefined) console.error("\n*** SKIPPED: an Elasticsearch with users ***\n");

describe.skipIf(target === undefined || isOpensslMissing())("an Elasticsearch with users", () => {
  const signal = new AbortController().signal;
  let running: Awaited<ReturnType<NonNullable<typeof target>["start"]>>;
  let server: SearchAccess<ElasticsearchConfiguration>;
  let fingerprint: string;

  async function apiKey(roles: Readonly<Record<string, unknown>>): Promise<{ id: string; api_key: string }> {
    const body = { name: "shipper", role_descriptors: roles };
    return (await server.admin.request("POST", "/_security/api_key", body)) as {
      id: string;
      api_key: string;
    };
  }

  beforeAll(async () => {
    if (target === undefined) return;
    running = await target.start({ name: "users", isProtected: true });
    server = new SearchAccess("elasticsearch", running, elasticsearchSink);
    fingerprint = new X509Certificate(readFileSync(server.caFile)).fingerprint256;
    expect(ROLES.map(([name]) => name)).toEqual(["mem0-audit-writer", "mem0-audit-templates"]);
    for (const [name, role] of ROLES) await server.admin.request("PUT", `/_security/role/${name}`, role);
    for (const [name, roles] of Object.entries(ROLES_OF_USERS)) {
      const user = { password: PASSWORD, roles };
      expect(await server.admin.request("PUT", `/_security/user/${name}`, user)).toEqual({ created: true });
    }
  });

  afterEach(() => server.clear());

  afterAll(() => running?.stop());

  it("is written to, and gets the template, by a user who may both", async () => {
    const sink = await server.sink({ auth: { username: "owner", password: PASSWORD } });
    expect(await sink.open(signal)).toEqual({ outcome: "ready" });
    expect(await sink.open(signal)).toEqual({ outcome: "ready" });
    expect(await deliverLines(sink, AUDIT_FILE, [requestLine()])).toEqual({ outcome: "stored" });
    expect((await sink.probe(signal)).filter(({ ok }) => !ok)).toEqual([]);
    const mapping = await server.admin.request("GET", `/${INDEX}/_mapping`);
    expect(JSON.stringify(mapping)).toContain("flattened");
  });

  it("is written to without the right to put the template, with a warning", async () => {
    const sink = await server.sink();
    expect(await sink.open(signal)).toEqual({
      outcome: "ready",
      warning: expect.stringMatching(/index template "mem0-audit-logs" could not be put: .*is unauthorized/),
    });
    expect(await deliverLines(sink, AUDIT_FILE, [requestLine()])).toEqual({ outcome: "stored" });
    expect(await deliverLines(sink, AUDIT_FILE, [requestLine()])).toMatchObject({
      verdicts: [{ verdict: "duplicate" }],
    });
    const problems = (await sink.probe(signal)).filter(({ ok }) => !ok);
    expect(problems).toMatchObject([{ name: "template", message: expect.stringContaining("template: off") }]);
  });

  it("takes API keys, as id and secret or encoded", async () => {
    const { id, api_key } = await apiKey(Object.fromEntries(ROLES));
    const plain = `${id}:${api_key}`;
    for (const key of [plain, Buffer.from(plain).toString("base64")]) {
      const sink = await server.sink({ auth: { api_key: key }, compression: "gzip" });
      expect(await sink.open(signal)).toEqual({ outcome: "ready" });
      expect((await deliverLines(sink, AUDIT_FILE, [requestLine()])).outcome).toMatch(/stored|judged/);
    }
    expect((await server.admin.documents(INDEX)).size).toBe(1);
  });

  it("is trusted by the fingerprint of its authority", async () => {
    for (const ca_fingerprint of [fingerprint, fingerprint.replaceAll(":", "").toLowerCase()]) {
      const sink = await server.sink({ tls: { ca_fingerprint } });
      expect((await deliverLines(sink, AUDIT_FILE, [requestLine()])).outcome).toMatch(/stored|judged/);
    }
  });

  it.each([
    [
      "a wrong password",
      () => ({ auth: { username: "writer", password: "my wrong guess" } }),
      /the server answered 401.*: check auth in the configuration/,
    ],
    [
      "no user at all",
      () => ({ auth: undefined }),
      /the server answered 401.*: check auth in the configuration/,
    ],
    [
      "a wrong API key",
      () => ({ auth: { api_key: "id:my wrong guess" } }),
      /the server answered 401.*: check auth in the configuration/,
    ],
    [
      "no right to write",
      () => ({ auth: { username: "guest", password: PASSWORD } }),
      /lacks the privilege create_doc|is unauthorized for user \[guest\].*: give this user the rights/,
    ],
    [
      "no right to write into this index",
      () => ({ index: "elsewhere-{yyyy.MM.dd}", template: "off" as const }),
      /lacks the privilege create_doc|is unauthorized for user \[writer\].*: give this user the rights/,
    ],
    [
      "no template for a data stream",
      () => ({ index: "mem0-audit-logs-stream", data_stream: true }),
      /the index template "mem0-audit-logs-stream" (?:could not be put: |is missing, and this user lacks)/,
    ],
    ["no trust", () => ({ tls: {} }), /certificate is not trusted: set tls.ca_file/],
    [
      "another fingerprint",
      () => ({ tls: { ca_fingerprint: "ab".repeat(32) } }),
      /tls.ca_fingerprint: .* shows no certificate with this SHA-256/,
    ],
  ])("%s is one sentence, in check and in the daemon", async (_, changes, sentence) => {
    const { check, daemon, everything } = await server.complaints(changes());
    expect(check[0]).toMatch(sentence);
    expect(daemon).toEqual([expect.stringMatching(/^search: /)]);
    expect(daemon[0]).toMatch(sentence);
    expect(everything).not.toContain(PASSWORD);
    expect(everything).not.toContain("my wrong guess");
  });

  it("trusts another authority no more than none", async () => {
    const others = makeCertificates();
    const { check, daemon } = await server.complaints({ tls: { ca_file: others.caFile } });
    for (const [message] of [check, daemon]) expect(message).toContain("set tls.ca_file");
    others.remove();
  });
});
