/**
 * Goal: no raw API key is anywhere but in the audit file: not at a sink, in the store, among the dead letters or in the
 * log, whatever happens to its line; and a replay makes the document that a lane would have made.
 * Method: a whole daemon on lines with a planted key, accepted, refused, torn and too long; every file of the state folder
 * and all that the server received is searched for it.
 */
import { createHmac } from "node:crypto";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { replay } from "../../../src/daemon/replay.ts";
import { openDeadLetters } from "../../../src/lane/dead-letter-database.ts";
import { systemClock } from "../../../src/system/clock.ts";
import { systemFiles } from "../../../src/system/files.ts";
import { silentLog } from "../../../src/system/log.ts";
import type { ServerError } from "../../support/bulk-store.ts";
import { requestLine } from "../../support/documents.ts";
import { FaultServer } from "../../support/fault-server.ts";
import { DaemonFolder } from "./daemon-folder.ts";
import { FILE } from "./letter.ts";

const PLANTED = "sk-planted-6d1f";
const HASH = createHmac("sha256", "secret").update(PLANTED).digest("hex").slice(0, 16);
const REFUSAL = { status: 400, type: "mapper_parsing_exception", reason: `bad value ${PLANTED}` };

const LINES = [
  requestLine({ api_key: PLANTED }),
  requestLine({ api_key: PLANTED, agent_id: "own", organization_id: "own" }),
  requestLine({ api_key: PLANTED, status: "odd" }),
  requestLine({ api_key: PLANTED, event: "x" }),
  `{"ts": "2026", "api_key": "${PLANTED}", "agent`,
  `[{"api_key": "${PLANTED}"}]`,
  requestLine({ api_key: PLANTED, more: "x".repeat(9 * 1024 * 1024) }),
];

let folder: DaemonFolder;
let server: FaultServer;
let refusal: ((document: string) => ServerError | undefined) | undefined;

beforeEach(async () => {
  folder = new DaemonFolder();
  refusal = (document) => (document.includes('"status":"odd"') ? REFUSAL : undefined);
  server = await FaultServer.start({ refuse: (document) => refusal?.(document.toString()) });
});
afterEach(async () => {
  await server.down();
  await folder.remove();
});

function config(more: object = { redact_key: "secret" }) {
  return folder.config({
    store: { records: true },
    sinks: { search: { type: "opensearch", endpoints: [server.url], index: "audit" } },
    attribution: { rules: [{ agent: "dev", organization_id: "acme", api_key_alias: "dev" }] },
    ...more,
  });
}

function stored(): Record<string, unknown>[] {
  const documents = server.store.indices.get("audit")?.values() ?? [];
  return [...documents].map((text) => JSON.parse(String(text)) as Record<string, unknown>);
}

function expectNothingPlanted(): void {
  const files = readdirSync(folder.state.path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "latin1"));
  expect(files.length).toBeGreaterThan(2);
  for (const text of [...files, JSON.stringify(stored()), JSON.stringify(folder.recorded.entries)])
    expect(text.includes(PLANTED)).toBe(false);
}

test("a planted key is found nowhere, its hash is", async () => {
  folder.append(FILE, ...LINES);
  await folder.drain(await config());
  expectNothingPlanted();
  const documents = stored();
  expect(documents.map((document) => document["api_key_hash"])).toEqual([HASH, HASH, HASH]);
  expect(documents.map((document) => document["organization_id"])).toEqual(["acme", "own", "acme"]);
  expect(documents.map((document) => document["api_key_alias"])).toEqual(["dev", undefined, "dev"]);
});

test.each(["from its file", "from what was kept"])("a refused line is replayed %s", async (way) => {
  folder.append(FILE, ...LINES);
  const settings = await config({
    redact_key: "secret",
    attribution: { rules: [{ agent: "dev", team: "one" }], keys: { [HASH]: "ci" } },
  });
  await folder.drain(settings);
  if (way === "from what was kept") rmSync(join(folder.auditDirectory, FILE));
  refusal = undefined;
  const letters = openDeadLetters(folder.state.deadLetters, silentLog);
  const ports = { files: systemFiles, clock: systemClock, random: { next: () => 0.5 }, log: silentLog };
  const stop = new AbortController().signal;
  const selection = { sink: "search" };
  const report = await replay(settings, folder.state, selection, { ...ports, letters, stop });
  letters.close();
  expect(report).toMatchObject({
    replayed: 1,
    stillRefused: way === "from its file" ? 3 : expect.any(Number),
  });
  const odd = stored().find(({ status }) => status === "odd");
  expect(odd).toMatchObject({ api_key_hash: HASH, api_key_alias: "ci", team: "one" });
  expectNothingPlanted();
});

test("without redact_key it is left out, which is said once", async () => {
  folder.append(FILE, ...LINES);
  await folder.drain(await config({}));
  expectNothingPlanted();
  expect(stored().map((document) => document["api_key_hash"])).toEqual([undefined, undefined, undefined]);
  const warnings = folder.recorded.entries.filter(({ message }) => message.includes("redact_key"));
  expect(warnings).toHaveLength(1);
});
