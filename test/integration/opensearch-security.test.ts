/**
 * Goal: with the rights that the documentation names everything works, and whatever is wrong with trust, password or
 * rights is said in one sentence, by `check` and by the daemon.
 * Method: a real OpenSearch with TLS and its own security plugin; users and roles are made through its API.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from "vitest";
import { isOpensslMissing, makeCertificates } from "../support/certificates.ts";
import { waitUntil } from "../support/daemon.ts";
import { requestLine } from "../support/documents.ts";
import { deliverLines, type OpenSearchConfiguration, openSearchSink } from "../support/opensearch-sink.ts";
import {
  AUDIT_FILE,
  documentedRoles,
  INDEX,
  ROLES_OF_USERS,
  SearchAccess,
} from "../support/search-access.ts";
import { startOpenSearch } from "../support/servers/opensearch.ts";
import { PASSWORD, type RunningServer } from "../support/servers/search-server.ts";

const ROLES = documentedRoles("docs/opensearch.md", "_plugins/_security/api/roles");
const { missingOlder } = inject("openSearch");

describe.skipIf(missingOlder !== undefined || isOpensslMissing())("an OpenSearch with users", () => {
  const signal = new AbortController().signal;
  let running: RunningServer;
  let server: SearchAccess<OpenSearchConfiguration>;

  beforeAll(async () => {
    running = await startOpenSearch({ name: "users", isProtected: true });
    server = new SearchAccess("opensearch", running, openSearchSink);
    const create = async (path: string, body: object) =>
      expect(await server.admin.request("PUT", `/_plugins/_security/api/${path}`, body)).toMatchObject({
        status: "CREATED",
      });
    expect(ROLES.map(([name]) => name)).toEqual(["mem0-audit-writer", "mem0-audit-templates"]);
    for (const [name, role] of ROLES) await create(`roles/${name}`, role);
    for (const [name, roles] of Object.entries(ROLES_OF_USERS)) {
      await create(`internalusers/${name}`, { password: PASSWORD, opendistro_security_roles: roles });
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
    expect(JSON.stringify(mapping)).toContain("flat_object");
  });

  it("is written to without the right to put the template, with a warning", async () => {
    const sink = await server.sink();
    expect(await sink.open(signal)).toEqual({
      outcome: "ready",
      warning: expect.stringMatching(
        /index template "mem0-audit-logs" could not be put: .*no permissions for/,
      ),
    });
    expect(await deliverLines(sink, AUDIT_FILE, [requestLine()])).toEqual({ outcome: "stored" });
    const again = await deliverLines(sink, AUDIT_FILE, [requestLine()]);
    expect(again).toMatchObject({ outcome: "judged", verdicts: [{ verdict: "duplicate" }] });
    const problems = (await sink.probe(signal)).filter(({ ok }) => !ok);
    expect(problems).toMatchObject([{ name: "template", message: expect.stringContaining("template: off") }]);
  });

  it("refuses documents for an index that the role does not cover, each by itself", async () => {
    const sink = await server.sink({ index: "elsewhere-{yyyy.MM.dd}", template: "off" });
    expect(await deliverLines(sink, AUDIT_FILE, [requestLine()])).toMatchObject({
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
    const { check, daemon, everything } = await server.complaints(changes());
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
    const workspace = await server.workspace({ auth });
    const daemon = workspace.start("run");
    const status = () => workspace.ask<{ sinks: { last_error: string | null }[] }>("status");
    await waitUntil(
      async () => (await status()).sinks[0]?.last_error?.includes("401") ?? false,
      "the refusal",
    );
    writeFileSync(file, `${PASSWORD}\n`);
    await waitUntil(async () => (await server.admin.documents(INDEX)).size === 1, "the line");
    expect(await daemon.kill("SIGTERM")).toMatchObject({ code: 0 });
    rmSync(folder, { recursive: true });
  });

  it("trusts another authority no more than none", async () => {
    const others = makeCertificates();
    const { check, daemon } = await server.complaints({ tls: { ca_file: others.caFile } });
    for (const [message] of [check, daemon]) expect(message).toContain("set tls.ca_file");
    others.remove();
  });
});
