/**
 * Goal: queries and memories are in the bodies alone: in no document, file, log, answer or dead letter.
 * Method: texts are planted in retrieval details, one of which a server refuses; all that the built daemon writes, says,
 * answers and sends is searched for them.
 */
import { appendFileSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Workspace, waitUntil } from "../support/daemon.ts";
import { requestLine } from "../support/documents.ts";
import { FaultServer } from "../support/fault-server.ts";
import { retrievalLine } from "../support/retrieval-lines.ts";
import { freePort } from "../support/servers/search-server.ts";

const DAY = "2026-04-03";
const PLANTED = "planted";
const DETAILS = 10;
const CONFLICT = { status: 400, type: "mapper_parsing_exception", reason: `failed to parse: '${PLANTED}'` };

let workspace: Workspace;
let search: FaultServer;
/** Documents that the server refused. */
let refused: string[];

beforeEach(async () => {
  refused = [];
  search = await FaultServer.start({
    refuse: (document) => {
      if (!document.includes('"user_id":"refused"')) return undefined;
      refused.push(document.toString());
      return CONFLICT;
    },
  });
});
afterEach(async () => {
  await workspace.remove();
  await search.down();
});

function writeLines(): void {
  const details = Array.from({ length: DETAILS }, (_, number) => {
    const memories = [`${PLANTED}-memory-${number}`, "plain"];
    return retrievalLine(`${PLANTED}-query-${number}`, memories, number === 0 ? { user_id: "refused" } : {});
  });
  const lines = details.flatMap((line) => [requestLine(), line]);
  const path = join(workspace.auditDirectory, `audit-${DAY}.jsonl`);
  appendFileSync(path, lines.map((line) => `${line}\n`).join(""));
}

function bodies(): string[] {
  const folder = join(workspace.stateDirectory, "bodies", DAY);
  return readdirSync(folder).map((name) => gunzipSync(readFileSync(join(folder, name))).toString());
}

function documents(): string[] {
  return [...search.store.indices.values()].flatMap((index) => [...index.values()].map(String));
}

/** All files of the state folder, the bodies as they are stored: compressed. */
function files(): [path: string, content: Buffer][] {
  const paths = readdirSync(workspace.stateDirectory, { recursive: true });
  return paths
    .map((path) => join(workspace.stateDirectory, String(path)))
    .filter((path) => statSync(path).isFile())
    .map((path) => [path, readFileSync(path)]);
}

const COMMANDS = [
  ["status"],
  ["dead-letters"],
  ["usage"],
  ["usage", "slowest"],
  ["usage", "errors"],
  ["check"],
] as const;
const ROUTES = [
  "/",
  "/metrics",
  "/readyz",
  "/api/v1/status",
  "/api/v1/usage",
  "/api/v1/slowest",
  "/api/v1/errors",
];

it.each([{}, { redact_key: "key", redact: { query: "hash" } }])("with %j", async (more) => {
  const port = await freePort();
  const sinks = { search: { type: "opensearch", endpoints: [search.url] } };
  const store = { records: true };
  const http = { listen: `127.0.0.1:${port}` };
  const log = { level: "debug" };
  workspace = await Workspace.make({ bodies: { store: "file" }, sinks, store, http, log, ...more });
  writeLines();
  const daemon = workspace.start("run");
  await waitUntil(() => search.store.ids().length === 2 * DETAILS - 1, "the documents");
  type Status = { sinks: { lag_bytes: number }[] };
  const lag = async () => (await workspace.ask<Status>("status")).sinks.map(({ lag_bytes }) => lag_bytes);
  await waitUntil(async () => (await lag()).join() === "0,0,0", "all lanes");

  const told: string[] = [];
  for (const words of COMMANDS) {
    const { stdout, stderr } = await workspace.run(...words);
    told.push(stdout, stderr);
  }
  for (const route of ROUTES) told.push(await (await fetch(`http://127.0.0.1:${port}${route}`)).text());
  const { stdout, stderr } = await daemon.kill("SIGTERM");
  told.push(stdout, stderr, ...refused, ...documents());

  expect(refused).toHaveLength(1);
  expect(documents()).toHaveLength(2 * DETAILS - 1);
  expect(told.join("")).toContain("dead_letter");
  for (const text of told) expect(text).not.toContain(PLANTED);
  for (const [path, content] of files()) expect(content.includes(PLANTED), path).toBe(false);
  expect(bodies().map((body) => body.split(PLANTED).length - 1)).toEqual(Array(DETAILS).fill(2));
});
