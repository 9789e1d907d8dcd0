/**
 * Goal: no line, however odd, blocks the others: it is stored, or it is a dead letter, and its neighbours arrive.
 * Method: odd lines between plain ones, one file each, through the whole daemon into a real OpenSearch.
 */
import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import { Workspace } from "../support/daemon.ts";
import { requestLine } from "../support/documents.ts";
import { searchServer } from "../support/servers/search-requests.ts";

const shared = inject("openSearch");

const ODD_LINES: Readonly<Record<string, string>> = {
  "duplicate names": '{"ts": "2026-04-03T10:00:00Z", "path": "/a", "path": "/b", "status": 200}',
  "an empty name": '{"": 1, "path": "/a", "status": 200}',
  "a name of one dot": '{".": 1, "path": "/a", "status": 200}',
  "a name of two dots": '{"..": 1, "path": "/a", "status": 200}',
  "a name with an empty part": '{"a..b": 1, "path": "/a", "status": 200}',
  "a name that ends with a dot": '{"agent_id.": 1, "path": "/a", "status": 200}',
  "a reserved name with an empty part": '{"event.": 1, "path": "/a", "status": 200}',
  "names of the server's own":
    '{"_id": "x", "_index": "y", "_source": {"a": 1}, "_routing": 1, "path": "/a", "status": 200}',
  "an object where a word belongs": '{"path": {"a": 1}, "agent_id": {"b": [1, {"c": null}]}, "status": 200}',
  "words where numbers belong": '{"path": "/a", "status": "odd", "elapsed_ms": "soon", "llm_calls": {}}',
  "lists where single values belong":
    '{"path": ["/a"], "agent_id": ["a", "b"], "ip": ["-", "1.2.3.4"], "status": [200]}',
  "numbers beyond every range": `{"path": "/a", "status": 1e400, "elapsed_ms": ${"9".repeat(60)}, "x": -1e-400}`,
  "half a surrogate pair": '{"path": "/\\ud800", "agent_id": "\\udfff", "status": 200}',
  "an escaped NUL": '{"path": "/a\\u0000b", "agent_id": "\\u0000", "status": 200}',
  "a word beyond Lucene's terms": `{"path": "/${"x".repeat(40_000)}", "agent_id": "${"y".repeat(70_000)}", "status": 200}`,
  "the same under a reserved name": `{"path": "/a", "labels": {"a": "${"z".repeat(40_000)}"}, "status": 200}`,
  "nested 300 levels": `{"path": "/a", "status": 200, "deep": ${"[".repeat(300)}1${"]".repeat(300)}}`,
  "nested 1500 levels": `{"path": "/a", "status": 200, "deep": ${'{"a":'.repeat(1500)}1${"}".repeat(1500)}}`,
  "nested 1500 levels under a reserved name": `{"path": "/a", "status": 200, "event": ${"[".repeat(1500)}1${"]".repeat(1500)}}`,
  "nested 100,000 levels": `{"path": "/a", "status": 200, "event": ${"[".repeat(100_000)}1${"]".repeat(100_000)}}`,
  "a name of 60,000 characters": `{"path": "/a", "status": 200, "${"n".repeat(60_000)}": 1}`,
  "20,000 names": `{"path": "/a", "status": 200, ${Array.from({ length: 20_000 }, (_, n) => `"n${n}": ${n}`).join(", ")}}`,
  "a prototype": '{"__proto__": {"path": "/x"}, "constructor": 1, "path": "/a", "status": 200}',
  "8 MiB of one word": `{"path": "/a", "status": 200, "x": "${"w".repeat(8 * 1024 * 1024 - 60)}"}`,
  "a number as time": '{"ts": 1775210691973, "path": "/a", "status": 200}',
  "a day that is none": '{"ts": "2026-02-30T10:00:00Z", "path": "/a", "status": 200}',
};

describe.skipIf(shared.url === undefined)("an odd line on its way into a real OpenSearch", () => {
  const url = shared.url ?? "";
  const server = searchServer(url);
  let prefix: string;
  let workspace: Workspace;

  beforeEach(async () => {
    prefix = `odd-${randomUUID().slice(0, 8)}`;
    workspace = await Workspace.make({
      store: { enabled: false },
      sinks: { search: { type: "opensearch", endpoints: [url], index: `${prefix}-{yyyy.MM.dd}` } },
    });
  });
  afterEach(async () => {
    await workspace.remove();
    await server.request("DELETE", `/${prefix}-*`);
    await server.request("DELETE", `/_index_template/${prefix}*`);
  });

  it.each(Object.entries(ODD_LINES))("%s", async (_name, line) => {
    const before = requestLine({ path: "/before" });
    const after = requestLine({ path: "/after" });
    writeFileSync(join(workspace.auditDirectory, "audit-2026-04-03.jsonl"), `${before}\n${line}\n${after}\n`);
    const { code, stderr } = await workspace.run("run", "--once", "--timeout", "20s");
    expect(stderr).not.toContain("blocked");
    expect(code).toBe(0);
    const stored = await server.documents(`${prefix}-2026.04.03`);
    const deadLetters = stderr.includes("lines went to the dead letters") ? 1 : 0;
    expect(stored.size + deadLetters).toBe(3);
    const paths = [...stored.values()].map(({ path }) => path);
    expect(paths).toContain("/before");
    expect(paths).toContain("/after");
  });
});

describe("odd lines on their way into the embedded store", () => {
  it("are all taken in or dead letters, and count what they say of themselves", async () => {
    const workspace = await Workspace.make();
    const lines = Object.values(ODD_LINES).flatMap((line) => [requestLine({ path: "/plain" }), line]);
    writeFileSync(join(workspace.auditDirectory, "audit-2026-04-03.jsonl"), `${lines.join("\n")}\n`);
    expect(await workspace.run("run", "--once", "--timeout", "20s")).toMatchObject({ code: 0 });
    type Usage = { rows: { path: string | null; requests: number }[]; totals: { requests: number } };
    const { rows } = await workspace.ask<Usage>("usage", "--all", "--by", "path");
    expect(rows.find(({ path }) => path === "/plain")?.requests).toBe(Object.keys(ODD_LINES).length);
    const { sinks } = await workspace.ask<{ sinks: { lag_bytes: number; last_error: string | null }[] }>(
      "status",
    );
    expect(sinks).toEqual([expect.objectContaining({ lag_bytes: 0, last_error: null })]);
    await workspace.remove();
  });
});
