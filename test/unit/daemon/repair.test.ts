/**
 * Goal: missing lines are sent again under their ids, once; what is refused becomes a dead letter; a database is left alone.
 * Method: lines of a real file, a small bulk server, real dead letters.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Repair } from "../../../src/daemon/repair.ts";
import { documentRules } from "../../../src/daemon/rules.ts";
import { type DeadLetterDatabase, openDeadLetters } from "../../../src/lane/dead-letter-database.ts";
import { systemClock } from "../../../src/system/clock.ts";
import { systemFiles } from "../../../src/system/files.ts";
import { silentLog } from "../../../src/system/log.ts";
import { generationOf, requestLine } from "../../support/documents.ts";
import { type FakeOpenSearch, reply, startFakeOpenSearch } from "../../support/fake-opensearch.ts";
import { retrievalLine } from "../../support/retrieval-lines.ts";
import { DaemonFolder } from "./daemon-folder.ts";

const NAME = "audit-2026-04-03.jsonl";
const LINE = requestLine();
const TORN = "torn {";
const at = (line: number) => line * (LINE.length + 1);

let folder: DaemonFolder;
let server: FakeOpenSearch;
let letters: DeadLetterDatabase;
beforeEach(async () => {
  folder = new DaemonFolder();
  server = await startFakeOpenSearch();
  await folder.state.make(systemFiles);
  letters = openDeadLetters(folder.state.deadLetters, silentLog);
  folder.append(NAME, LINE, LINE, LINE, TORN);
});
afterEach(async () => {
  letters.close();
  await folder.remove();
  await server.close();
});

/** Repairs these lines of the file, several times if that is asked for. */
async function repair(lines: readonly number[], settings: object = {}, { sink = "search", times = 1 } = {}) {
  const search = { type: "opensearch", endpoints: [server.url], template: "off", ...settings };
  const config = await folder.config({ sinks: { search } });
  const rules = documentRules(config);
  const stop = new AbortController().signal;
  const done = new Repair(config, { letters, rules, clock: systemClock, random: { next: () => 0 }, stop });
  const file = await systemFiles.open(join(folder.auditDirectory, NAME));
  const found = lines.map((line) => ({
    kind: "document" as const,
    offset: at(line),
    timestamp: "",
    timestampMs: 0,
  }));
  for (let time = 0; time < times; time++)
    await done.send(sink, { file, generation: generationOf(NAME, [LINE]), lines: found });
  await file.close();
  await done.close();
  return done;
}

test("lines come again under their ids, and a second time they are recognised", async () => {
  const done = await repair([0, 2], {}, { times: 2 });
  const { id } = generationOf(NAME, [LINE]);
  expect([...server.documents.keys()].sort()).toEqual([
    `mem0-audit-logs-2026.04.03/${id}-0`,
    `mem0-audit-logs-2026.04.03/${id}-${at(2)}`,
  ]);
  expect(done).toMatchObject({ sent: 4, deadLetters: 0 });
  expect(done.givenUp.size).toBe(0);
});

test("lines that do not fit into one request go in several", async () => {
  const done = await repair([0, 1, 2], { batch: { max_records: 1 } });
  expect(done.sent).toBe(3);
  expect(server.documents.size).toBe(3);
});

test("a line that is no record, or is refused, becomes a dead letter", async () => {
  server.misbehave = ({ url }, response) =>
    url.pathname.endsWith("/_bulk") &&
    reply(response, 200, {
      errors: true,
      items: [
        { create: { status: 400, error: { type: "mapper_parsing_exception", reason: "failed to parse" } } },
        { create: { status: 201 } },
      ],
    });
  const done = await repair([0, 1, 3]);
  expect(done).toMatchObject({ sent: 1, deadLetters: 2 });
  expect([...letters.facts({ sink: "search" })].map(({ type, offset }) => [type, offset]).sort()).toEqual([
    ["mapper_parsing_exception", 0],
    ["not_json", at(3)],
  ]);
});

test("a sink that refuses everybody is given up", async () => {
  server.misbehave = (_, response) =>
    reply(response, 403, { error: { type: "security_exception", reason: "no" } });
  const done = await repair([0], {}, { times: 2 });
  expect(done.sent).toBe(0);
  expect(done.givenUp.get("search")).toContain("403");
});

test("what adds lines up is not sent any twice", async () => {
  const database = {
    endpoints: undefined,
    template: undefined,
    type: "postgres",
    url: "postgres://shipper@127.0.0.1:1/audit",
  };
  expect((await repair([0], database)).givenUp.get("search")).toContain("restore the table record");
  expect((await repair([0], {}, { sink: "local" })).givenUp.get("local")).toContain("would count twice");
});

test("bodies that somebody deleted are written again", async () => {
  const detail = retrievalLine("Wo ist es?", ["im Schrank"]);
  const name = "audit-2026-04-04.jsonl";
  folder.append(name, detail);
  const config = await folder.config({ bodies: { store: "file" } });
  const ports = { letters, rules: documentRules(config), clock: systemClock, random: { next: () => 0 } };
  const done = new Repair(config, { ...ports, stop: new AbortController().signal });
  const file = await systemFiles.open(join(folder.auditDirectory, name));
  const line = { kind: "document" as const, offset: 0, timestamp: "", timestampMs: 0 };
  await done.send("bodies", { file, generation: generationOf(name, [detail]), lines: [line] });
  await file.close();
  await done.close();
  expect(done).toMatchObject({ sent: 1, deadLetters: 0 });
  expect(readdirSync(join(folder.state.path, "bodies/2026-04-04"))).toHaveLength(1);
});
