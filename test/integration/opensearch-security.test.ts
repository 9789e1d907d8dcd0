/**
 * Goal: with the rights that the documentation names everything works, and whatever is wrong with trust, password or
 * rights is said in one sentence, by `check` and by the daemon.
 * Method: a real OpenSearch with TLS and its own security plugin; users and roles are made through its API.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from "vitest";
import type { Sink } from "../../src/sinks/sink.ts";
import { isOpensslMissing, makeCertificates } from "../support/certificates.ts";
import { Workspace, waitUntil } from "../support/daemon.ts";
import { requestLine } from "../support/documents.ts";
import { deliverLines, type OpenSearchConfiguration, openSearchSink } from "../support/opensearch-sink.ts";
import { startOpenSearch } from "../support/servers/opensearch.ts";
import { searchServer } from "../support/servers/search-requests.ts";
import { PASSWORD, type RunningServer } from "../support/servers/search-server.ts";

const shared = inject("openSearch");
const NAME = "audit-2026-04-03.jsonl";
const INDEX = "mem0-audit-logs-2026.04.03";

/** The roles as docs/opensearch.md shows them, by name. */
const ROLES = [
  ...readFileSync("docs/opensearch.md", "utf8").matchAll(
    /PUT _plugins\/_security\/api\/roles\/(\S+)\n(.*?)\n\n/gs,
  ),
].map(([, name = "", role = ""]) => [name, JSON.parse(role)] as const);

/** Users by the roles that they have; all with the same password. */
const USERS = {
  writer: ["mem0-audit-writer"],
  owner: ["mem0-audit-writer", "mem0-audit-templates"],
  guest: [],
};

describe.skipIf(shared.missingOlder !== undefined || isOpensslMissing())("an OpenSearch with users", () => {
  const signal = new AbortController().signal;
  const sinks: Sink[] = [];
  const workspaces: Workspace[] = [];
  let server: RunningServer;
  let caFile: string;

  function configuration(changes: Partial<OpenSearchConfiguration> = {}): OpenSearchConfiguration {
    return {
      endpoints: [server.url],
      auth: { username: "writer", password: PASSWORD },
      tls: { ca_file: caFile },
      ...changes,
    };
  }

  async function sinkOf(changes: Partial<OpenSearchConfiguration> = {}): Promise<Sink> {
    const sink = await openSearchSink(configuration(changes));
    sinks.push(sink);
    return sink;
  }

  /** The built program's folders, with one line to deliver. */
  async function workspaceOf(changes: Partial<OpenSearchConfiguration>): Promise<Workspace> {
    const retry = { initial: "10ms", max: "100ms" };
    const workspace = await Workspace.make({
      store: { enabled: false },
      log: { level: "silent" },
      sinks: { search: { type: "opensearch", ...configuration(changes), retry } },
    });
    workspaces.push(workspace);
    writeFileSync(join(workspace.auditDirectory, NAME), `${requestLine()}\n`);
    return workspace;
  }

  /** What `check` finds wrong, and what a daemon says that cannot deliver, about the same configuration. */
  async function complaints(changes: Partial<OpenSearchConfiguration>) {
    const workspace = await workspaceOf(changes);
    const check = await workspace.run("check", "--json");
    const { checks } = JSON.parse(check.stdout) as { checks: { ok: boolean; message: string }[] };
    const daemon = await workspace.run("run", "--once", "--timeout", "5s");
    return {
      check: checks.filter(({ ok }) => !ok).map(({ message }) => message),
      daemon: daemon.stderr.trim().split("\n").slice(1),
      everything: check.stdout + check.stderr + daemon.stderr,
    };
  }

  beforeAll(async () => {
    server = await startOpenSearch({ name: "users", isProtected: true });
    caFile = server.access?.caFile ?? "";
    const admin = searchServer(server.url, server.access);
    const create = async (path: string, body: object) =>
      expect(await admin.request("PUT", `/_plugins/_security/api/${path}`, body)).toMatchObject({
        status: "CREATED",
      });
    for (const [name, role] of ROLES) await create(`roles/${name}`, role);
    for (const [name, roles] of Object.entries(USERS)) {
      await create(`internalusers/${name}`, { password: PASSWORD, opendistro_security_roles: roles });
    }
  });

  afterEach(async () => {
    await Promise.all(sinks.splice(0).map((sink) => sink.close()));
    await Promise.all(workspaces.splice(0).map((workspace) => workspace.remove()));
    const admin = searchServer(server.url, server.access);
    await admin.request("DELETE", "/mem0-audit-logs-*");
    await admin.request("DELETE", "/_index_template/mem0-audit-logs");
  });

  afterAll(() => server?.stop());

  it("is written to, and gets the template, by a user who may both", async () => {
    const sink = await sinkOf({ auth: { username: "owner", password: PASSWORD } });
    expect(await sink.open(signal)).toEqual({ outcome: "ready" });
    expect(await sink.open(signal)).toEqual({ outcome: "ready" });
    expect(await deliverLines(sink, NAME, [requestLine()])).toEqual({ outcome: "stored" });
    expect((await sink.probe(signal)).filter(({ ok }) => !ok)).toEqual([]);
    const mapping = await searchServer(server.url, server.access).request("GET", `/${INDEX}/_mapping`);
    expect(JSON.stringify(mapping)).toContain("flat_object");
  });

  it("is written to without the right to put the template, with a warning", async () => {
    const sink = await sinkOf();
    expect(await sink.open(signal)).toEqual({
      outcome: "ready",
      warning: expect.stringMatching(
        /index template "mem0-audit-logs" could not be put: .*no permissions for/,
      ),
    });
    expect(await deliverLines(sink, NAME, [requestLine()])).toEqual({ outcome: "stored" });
    const again = await deliverLines(sink, NAME, [requestLine()]);
    expect(again).toMatchObject({ outcome: "judged", verdicts: [{ verdict: "duplicate" }] });
    const problems = (await sink.probe(signal)).filter(({ ok }) => !ok);
    expect(problems).toMatchObject([{ name: "template", message: expect.stringContaining("template: off") }]);
  });

  it("refuses documents for an index that the role does not cover, each by itself", async () => {
    const sink = await sinkOf({ index: "elsewhere-{yyyy.MM.dd}", template: "off" });
    expect(await deliverLines(sink, NAME, [requestLine()])).toMatchObject({
      outcome: "judged",
      verdicts: [{ verdict: "refused", error: { type: "security_exception", isDocumentFault: false } }],
    });
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
      "no right to write",
      () => ({ auth: { username: "guest", password: PASSWORD } }),
      /no permissions for \[.*\].*: give this user the rights to create documents/,
    ],
    [
      "no right to write into this index",
      () => ({ index: "elsewhere-{yyyy.MM.dd}", template: "off" as const }),
      /no permissions for \[.*\].*: give this user the rights to create documents/,
    ],
    ["no trust", () => ({ tls: {} }), /certificate is not trusted: set tls.ca_file/],
  ])("%s is one sentence, in check and in the daemon", async (_, changes, sentence) => {
    const { check, daemon, everything } = await complaints(changes());
    expect(check[0]).toMatch(sentence);
    expect(daemon).toEqual([expect.stringMatching(/^search: /)]);
    expect(daemon[0]).toMatch(sentence);
    expect(everything).not.toContain(PASSWORD);
    expect(everything).not.toContain("my wrong guess");
  });

  it("takes over a password while it runs, as soon as its file has the right one", async () => {
    const folder = mkdtempSync(join(tmpdir(), "password-"));
    const file = join(folder, "password");
    writeFileSync(file, "not this one");
    const auth = { username: "writer", password: `$\{file:${file}}` };
    const workspace = await workspaceOf({ auth });
    const daemon = workspace.start("run");
    const status = () => workspace.ask<{ sinks: { last_error: string | null }[] }>("status");
    await waitUntil(
      async () => (await status()).sinks[0]?.last_error?.includes("401") ?? false,
      "the refusal",
    );
    writeFileSync(file, `${PASSWORD}\n`);
    const admin = searchServer(server.url, server.access);
    await waitUntil(async () => (await admin.documents(INDEX)).size === 1, "the line");
    expect(await daemon.kill("SIGTERM")).toMatchObject({ code: 0 });
    rmSync(folder, { recursive: true });
  });

  it("trusts another authority no more than none", async () => {
    const others = makeCertificates();
    const { check, daemon } = await complaints({ tls: { ca_file: others.caFile } });
    for (const [message] of [check, daemon]) expect(message).toContain("set tls.ca_file");
    others.remove();
  });
});
