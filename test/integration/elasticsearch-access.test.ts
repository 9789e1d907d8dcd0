/**
 * Goal: with the rights that the documentation names everything works, and whatever is wrong with trust, credentials or
 * rights is said in one sentence, by `check` and by the daemon.
 * Method: a real Elasticsearch with TLS and users, of the newest version that runs here; roles and keys are made through
 * its API.
 */
import { X509Certificate } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Sink } from "../../src/sinks/sink.ts";
import { isOpensslMissing, makeCertificates } from "../support/certificates.ts";
import { Workspace } from "../support/daemon.ts";
import { requestLine } from "../support/documents.ts";
import { type ElasticsearchConfiguration, elasticsearchSink } from "../support/elasticsearch-sink.ts";
import { deliverLines } from "../support/opensearch-sink.ts";
import { elasticsearchTargets } from "../support/servers/elasticsearch.ts";
import { type SearchServer, searchServer } from "../support/servers/search-requests.ts";
import { PASSWORD } from "../support/servers/search-server.ts";

const NAME = "audit-2026-04-03.jsonl";
const INDEX = "mem0-audit-logs-2026.04.03";
const target = (await elasticsearchTargets()).filter(({ isOurs }) => isOurs).at(-1);
if (target === undefined) console.error("\n*** SKIPPED: an Elasticsearch with users ***\n");

/** The roles as docs/elasticsearch.md shows them, by name. */
const ROLES = [
  ...readFileSync("docs/elasticsearch.md", "utf8").matchAll(/PUT _security\/role\/(\S+)\n(.*?)\n\n/gs),
].map(([, name = "", role = ""]) => [name, JSON.parse(role)] as const);

/** Users by the roles that they have; all with the same password. */
const USERS = {
  writer: ["mem0-audit-writer"],
  owner: ["mem0-audit-writer", "mem0-audit-templates"],
  guest: [],
};

describe.skipIf(target === undefined || isOpensslMissing())("an Elasticsearch with users", () => {
  const signal = new AbortController().signal;
  const sinks: Sink[] = [];
  const workspaces: Workspace[] = [];
  let running: Awaited<ReturnType<NonNullable<typeof target>["start"]>>;
  let admin: SearchServer;
  let caFile: string;
  let fingerprint: string;

  function configuration(changes: Partial<ElasticsearchConfiguration> = {}): ElasticsearchConfiguration {
    return {
      endpoints: [running.url],
      auth: { username: "writer", password: PASSWORD },
      tls: { ca_file: caFile },
      ...changes,
    };
  }

  async function sinkOf(changes: Partial<ElasticsearchConfiguration> = {}): Promise<Sink> {
    const sink = await elasticsearchSink(configuration(changes));
    sinks.push(sink);
    return sink;
  }

  /** What `check` finds wrong, and what a daemon says that cannot deliver, about the same configuration. */
  async function complaints(changes: Partial<ElasticsearchConfiguration>) {
    const retry = { initial: "10ms", max: "100ms" };
    const workspace = await Workspace.make({
      store: { enabled: false },
      log: { level: "silent" },
      sinks: { search: { type: "elasticsearch", ...configuration(changes), retry } },
    });
    workspaces.push(workspace);
    writeFileSync(join(workspace.auditDirectory, NAME), `${requestLine()}\n`);
    const check = await workspace.run("check", "--json");
    const { checks } = JSON.parse(check.stdout) as { checks: { ok: boolean; message: string }[] };
    const daemon = await workspace.run("run", "--once", "--timeout", "5s");
    return {
      check: checks.filter(({ ok }) => !ok).map(({ message }) => message),
      daemon: daemon.stderr.trim().split("\n").slice(1),
      everything: check.stdout + check.stderr + daemon.stderr,
    };
  }

  async function apiKey(roles: Readonly<Record<string, unknown>>): Promise<{ id: string; api_key: string }> {
    const body = { name: "shipper", role_descriptors: roles };
    return (await admin.request("POST", "/_security/api_key", body)) as { id: string; api_key: string };
  }

  beforeAll(async () => {
    if (target === undefined) return;
    running = await target.start({ name: "users", isProtected: true });
    admin = searchServer(running.url, running.access);
    caFile = running.access?.caFile ?? "";
    fingerprint = new X509Certificate(readFileSync(caFile)).fingerprint256;
    expect(ROLES.map(([name]) => name)).toEqual(["mem0-audit-writer", "mem0-audit-templates"]);
    for (const [name, role] of ROLES) await admin.request("PUT", `/_security/role/${name}`, role);
    for (const [name, roles] of Object.entries(USERS)) {
      const user = { password: PASSWORD, roles };
      expect(await admin.request("PUT", `/_security/user/${name}`, user)).toEqual({ created: true });
    }
  });

  afterEach(async () => {
    await Promise.all(sinks.splice(0).map((sink) => sink.close()));
    await Promise.all(workspaces.splice(0).map((workspace) => workspace.remove()));
    await admin.request("DELETE", `/${INDEX}`);
    await admin.request("DELETE", "/_index_template/mem0-audit-logs");
  });

  afterAll(() => running?.stop());

  it("is written to, and gets the template, by a user who may both", async () => {
    const sink = await sinkOf({ auth: { username: "owner", password: PASSWORD } });
    expect(await sink.open(signal)).toEqual({ outcome: "ready" });
    expect(await sink.open(signal)).toEqual({ outcome: "ready" });
    expect(await deliverLines(sink, NAME, [requestLine()])).toEqual({ outcome: "stored" });
    expect((await sink.probe(signal)).filter(({ ok }) => !ok)).toEqual([]);
    const mapping = await admin.request("GET", `/${INDEX}/_mapping`);
    expect(JSON.stringify(mapping)).toContain("flattened");
  });

  it("is written to without the right to put the template, with a warning", async () => {
    const sink = await sinkOf();
    expect(await sink.open(signal)).toEqual({
      outcome: "ready",
      warning: expect.stringMatching(/index template "mem0-audit-logs" could not be put: .*is unauthorized/),
    });
    expect(await deliverLines(sink, NAME, [requestLine()])).toEqual({ outcome: "stored" });
    expect(await deliverLines(sink, NAME, [requestLine()])).toMatchObject({
      verdicts: [{ verdict: "duplicate" }],
    });
    const problems = (await sink.probe(signal)).filter(({ ok }) => !ok);
    expect(problems).toMatchObject([{ name: "template", message: expect.stringContaining("template: off") }]);
  });

  it("takes API keys, as id and secret or encoded", async () => {
    const { id, api_key } = await apiKey(Object.fromEntries(ROLES));
    const plain = `${id}:${api_key}`;
    for (const key of [plain, Buffer.from(plain).toString("base64")]) {
      const sink = await sinkOf({ auth: { api_key: key }, compression: "gzip" });
      expect(await sink.open(signal)).toEqual({ outcome: "ready" });
      expect((await deliverLines(sink, NAME, [requestLine()])).outcome).toMatch(/stored|judged/);
    }
    expect((await admin.documents(INDEX)).size).toBe(1);
  });

  it("is trusted by the fingerprint of its authority", async () => {
    for (const ca_fingerprint of [fingerprint, fingerprint.replaceAll(":", "").toLowerCase()]) {
      const sink = await sinkOf({ tls: { ca_fingerprint } });
      expect((await deliverLines(sink, NAME, [requestLine()])).outcome).toMatch(/stored|judged/);
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
    const { check, daemon, everything } = await complaints(changes());
    expect(check[0]).toMatch(sentence);
    expect(daemon).toEqual([expect.stringMatching(/^search: /)]);
    expect(daemon[0]).toMatch(sentence);
    expect(everything).not.toContain(PASSWORD);
    expect(everything).not.toContain("my wrong guess");
  });

  it("trusts another authority no more than none", async () => {
    const others = makeCertificates();
    const { check, daemon } = await complaints({ tls: { ca_file: others.caFile } });
    for (const [message] of [check, daemon]) expect(message).toContain("set tls.ca_file");
    others.remove();
  });
});
