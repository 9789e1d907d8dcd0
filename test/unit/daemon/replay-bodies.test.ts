/**
 * Goal: a letter of the lane `bodies` is replayed from the audit file alone, since nothing private was kept with it.
 * Method: letters by hand, into a folder and a server in memory, with the audit file there and gone.
 */
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { replay } from "../../../src/daemon/replay.ts";
import { type DeadLetterDatabase, openDeadLetters } from "../../../src/lane/dead-letter-database.ts";
import { systemClock } from "../../../src/system/clock.ts";
import { systemFiles } from "../../../src/system/files.ts";
import { silentLog } from "../../../src/system/log.ts";
import { FaultServer } from "../../support/fault-server.ts";
import { retrievalLine } from "../../support/retrieval-lines.ts";
import { DaemonFolder } from "./daemon-folder.ts";
import { FILE, generationWith, refusedLetter } from "./letter.ts";

const LINE = retrievalLine("Wo ist es?", ["im Schrank"]);
const KEPT = retrievalLine("", [], { query: undefined, results: [{ id: "m-0", score: 0.5 }] });

let folder: DaemonFolder;
let server: FaultServer;
let letters: DeadLetterDatabase;
beforeEach(async () => {
  folder = new DaemonFolder();
  server = await FaultServer.start();
  await folder.state.make(systemFiles);
  letters = openDeadLetters(folder.state.deadLetters, silentLog);
  folder.append(FILE, LINE);
  for (const sink of ["bodies", "search"])
    await letters.add([refusedLetter(generationWith(LINE), 0, KEPT, { sink })]);
});
afterEach(async () => {
  letters.close();
  await server.down();
  await folder.remove();
});

async function run(bodies: object | undefined) {
  const sinks = { search: { type: "opensearch", endpoints: [server.url], index: "audit" } };
  const config = await folder.config({ sinks, ...(bodies && { bodies }), store: { enabled: false } });
  const stop = new AbortController().signal;
  const ports = { files: systemFiles, clock: systemClock, random: { next: () => 0.5 }, log: silentLog };
  return replay(config, folder.state, {}, { ...ports, letters, stop });
}

function documentStored() {
  return JSON.parse(String([...(server.store.indices.get("audit")?.values() ?? [])][0]));
}

test("it becomes the body that the document refers to", async () => {
  expect(await run({ store: "file" })).toMatchObject({ replayed: 2, failed: 0 });
  const directory = join(folder.state.path, "bodies/2026-04-03");
  const [name = ""] = readdirSync(directory);
  expect(documentStored().event.reference).toBe(`2026-04-03/${name}`);
  expect(JSON.parse(gunzipSync(readFileSync(join(directory, name))).toString())).toMatchObject({
    query: "Wo ist es?",
  });
});

test("it stays once the audit file is gone, and the document has no reference", async () => {
  rmSync(join(folder.auditDirectory, FILE));
  const report = await run({ store: "file" });
  expect(report).toMatchObject({ replayed: 1, failed: 1, remarks: [{ sink: "bodies", letters: 1 }] });
  expect(report.remarks[0]?.reason).toContain("no longer hold the line");
  expect(documentStored().event).toEqual({ kind: "retrieval_detail" });
  expect([...letters.facts({})]).toMatchObject([{ sink: "bodies" }]);
});

test("it stays where no bodies are kept any more", async () => {
  const report = await run(undefined);
  expect(report).toMatchObject({ replayed: 1, failed: 1 });
  expect(report.remarks).toMatchObject([
    { sink: "bodies", reason: "the configuration has no section bodies" },
  ]);
});
