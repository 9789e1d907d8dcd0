/**
 * Goal: letters are delivered once under their old ids and gone after it; what cannot be delivered stays, with the
 * reason said.
 * Method: letters that a daemon in this process made, on a server in memory that changes its mind.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ReplayReport } from "../../../src/daemon/replay.ts";
import { replay } from "../../../src/daemon/replay.ts";
import { type DeadLetterDatabase, openDeadLetters } from "../../../src/lane/dead-letter-database.ts";
import type { DeadLetter } from "../../../src/lane/dead-letters.ts";
import { openStoreForReading } from "../../../src/store/open.ts";
import { type Clock, systemClock } from "../../../src/system/clock.ts";
import { systemFiles } from "../../../src/system/files.ts";
import { silentLog } from "../../../src/system/log.ts";
import type { ServerError } from "../../support/bulk-store.ts";
import { requestLine } from "../../support/documents.ts";
import { faultsInOrder } from "../../support/fault-plan.ts";
import { FaultServer } from "../../support/fault-server.ts";
import { DaemonFolder } from "./daemon-folder.ts";
import { FILE, generationWith, refusedLetter } from "./letter.ts";

const CONFLICT = {
  status: 400,
  type: "mapper_parsing_exception",
  reason: "failed to parse field [status] of type [long]",
};

/** Waits between attempts take no time; time-outs of requests do. */
const hurriedClock: Clock = {
  ...systemClock,
  sleep: (ms, signal) => systemClock.sleep(ms > 10_000 ? ms : 0, signal),
};

let folder: DaemonFolder;
let server: FaultServer;
let letters: DeadLetterDatabase;
let refusal: ((document: string) => ServerError | undefined) | undefined;

beforeEach(async () => {
  folder = new DaemonFolder();
  refusal = undefined;
  server = await FaultServer.start({ refuse: (document) => refusal?.(document.toString()) });
  await folder.state.make(systemFiles);
  letters = openDeadLetters(folder.state.deadLetters, silentLog);
});
afterEach(async () => {
  letters.close();
  await server.down();
  await folder.remove();
});

function config(sink: object = {}) {
  const search = { type: "opensearch", endpoints: [server.url], index: "audit", ...sink };
  return folder.config({ sinks: { search }, store: { enabled: false } });
}

async function run(
  settings = config(),
  selection = {},
  stop = new AbortController().signal,
): Promise<ReplayReport> {
  const ports = { files: systemFiles, clock: hurriedClock, random: { next: () => 0.5 }, log: silentLog };
  return replay(await settings, folder.state, selection, { ...ports, letters, stop });
}

/** Ships lines of which the server refuses those with an odd status. */
async function shipRefused(...lines: readonly string[]): Promise<void> {
  refusal = (document) => (document.includes('"status":"odd"') ? CONFLICT : undefined);
  folder.append(FILE, ...lines);
  await folder.drain(await config());
  refusal = undefined;
}

function stored(): string[] {
  return [...(server.store.indices.get("audit")?.values() ?? [])].map(String);
}

const ODD = requestLine({ status: "odd" });

describe("a letter whose cause is gone", () => {
  test("is stored once under its own id and gone", async () => {
    await shipRefused(requestLine(), ODD);
    const [letter] = letters.facts({});
    expect(letter).toMatchObject({ sink: "search", type: CONFLICT.type, attempts: 1 });
    expect(await run()).toMatchObject({ replayed: 1, stillRefused: 0, failed: 0, remarks: [] });
    expect(letters.total({})).toBe(0);
    expect(server.store.ids()).toContain(letter?.id);
    expect(server.store.counts).toMatchObject({ created: 2, conflicts: 0 });

    expect(await run()).toMatchObject({ replayed: 0, stillRefused: 0, failed: 0 });
    expect(server.store.counts).toMatchObject({ created: 2, conflicts: 0 });
  });

  test("is the same document from the audit file and, once that is deleted, from what was kept", async () => {
    await shipRefused(ODD);
    const [letter] = letters.list({});
    await run();
    const [fromFile] = stored();
    rmSync(join(folder.auditDirectory, FILE));
    server.store.indices.clear();
    await letters.add(letter ? [letter] : []);
    expect(await run()).toMatchObject({ replayed: 1 });
    expect(stored()).toEqual([fromFile]);
  });

  test("goes also if its document is there already", async () => {
    await shipRefused(ODD);
    const kept = [...letters.list({})];
    await run();
    await letters.add(kept);
    expect(await run()).toMatchObject({ replayed: 1 });
    expect(letters.total({})).toBe(0);
    expect(server.store.counts).toMatchObject({ created: 1, conflicts: 1, changedOnResend: 0 });
  });

  test("goes although the answer to the first attempt was lost", async () => {
    await shipRefused(ODD);
    server.follow(faultsInOrder("none", "answer_lost", "unavailable"));
    expect(await run()).toMatchObject({ replayed: 1, failed: 0 });
    expect(server.store.counts.created).toBe(1);
  });

  test("may be one of more than a request takes, of several files, or one that is asked for", async () => {
    const many = Array.from({ length: 5 }, (_, n) => requestLine({ status: "odd", n }));
    folder.append("audit-2026-04-04.jsonl", requestLine({ status: "odd", day: 4 }));
    await shipRefused(...many);
    const [first] = letters.facts({});
    expect(await run(undefined, { sink: "search", id: first?.id })).toMatchObject({ replayed: 1 });
    const before = server.bulkRequests;
    expect(await run(config({ batch: { max_records: 2 } }))).toMatchObject({ replayed: 5 });
    expect(server.bulkRequests - before).toBe(3);
    expect(new Set(server.store.ids()).size).toBe(6);
  });
});

describe("a letter that does not go", () => {
  test("is refused again: it stays, with one more attempt and the reason of today", async () => {
    await shipRefused(ODD, ODD.replace("dev", "ops"));
    const now = { ...CONFLICT, type: "strict_dynamic_mapping_exception" };
    refusal = (document) => (document.includes("ops") ? now : undefined);
    const report = await run();
    expect(report).toMatchObject({ replayed: 1, stillRefused: 1, failed: 0 });
    expect(report.remarks).toMatchObject([{ sink: "search", letters: 1 }]);
    expect(report.remarks[0]?.reason).toMatch(/^refused again: strict_dynamic_mapping_exception: /);
    expect([...letters.facts({})]).toMatchObject([{ type: now.type, attempts: 2 }]);
  });

  test("stays while the sink is down, and it is tried only so often", async () => {
    await shipRefused(ODD, ODD);
    await server.down();
    const report = await run();
    expect(report).toMatchObject({ replayed: 0, stillRefused: 0, failed: 2 });
    expect(report.remarks).toHaveLength(1);
    expect([...letters.facts({})].map(({ attempts }) => attempts)).toEqual([1, 1]);
  });

  test("does not keep those of other files if only its index is closed", async () => {
    folder.append("audit-2026-04-04.jsonl", requestLine({ status: "odd", day: 4 }));
    await shipRefused(ODD);
    const closed = { status: 400, type: "index_closed_exception", reason: "closed" };
    refusal = (document) => (document.includes('"day":4') ? undefined : closed);
    const report = await run();
    expect(report).toMatchObject({ replayed: 1, stillRefused: 0, failed: 1 });
    expect(report.remarks[0]?.reason).toContain("index_closed_exception");
    expect([...letters.facts({})]).toMatchObject([{ file: FILE, attempts: 1 }]);
  });

  test("has no sink any more", async () => {
    await letters.add([refusedLetter(generationWith(ODD), 0, ODD, { sink: "gone" })]);
    const report = await run();
    expect(report).toMatchObject({ failed: 1, remarks: [{ sink: "gone", letters: 1 }] });
  });

  test("is no JSON object: it stays and nothing is sent", async () => {
    await shipRefused("torn", '{"torn');
    const report = await run();
    expect(report).toMatchObject({ replayed: 0, stillRefused: 2, failed: 0, remarks: [{ letters: 2 }] });
    expect(letters.total({})).toBe(2);
    expect([...letters.facts({})].map(({ attempts }) => attempts)).toEqual([0, 0]);
    expect(server.bulkRequests).toBe(0);
  });

  test("stays if it is interrupted", async () => {
    await shipRefused(ODD);
    const report = await run(undefined, {}, AbortSignal.abort());
    expect(report).toMatchObject({ failed: 1, remarks: [{ reason: "interrupted" }] });
    expect(letters.total({})).toBe(1);
  });

  test("never has its contents in what is said about it", async () => {
    await shipRefused(requestLine({ status: "odd", query: "secret words" }), "secret words");
    refusal = () => ({
      ...CONFLICT,
      reason: "failed to parse field [query] of type [long] in: 'secret words'",
    });
    expect(JSON.stringify(await run())).not.toContain("secret");
    expect(JSON.stringify([...letters.facts({})])).not.toContain("secret");
  });
});

test("a letter of the embedded store counts once, beside the daemon that has the store open", async () => {
  const withStore = await folder.config();
  folder.append(FILE, requestLine());
  const daemon = await folder.open(withStore);
  await daemon.run("drain", new AbortController().signal);
  const kept: DeadLetter[] = [refusedLetter(generationWith(requestLine()), 9000, ODD, { sink: "local" })];
  for (let time = 1; time <= 2; time++) {
    await letters.add(kept);
    expect(await run(Promise.resolve(withStore))).toMatchObject({ replayed: 1, failed: 0 });
  }
  await folder.close(daemon);

  const reading = openStoreForReading(folder.state.store);
  if (reading.outcome !== "open") throw new Error(reading.outcome);
  const [counted] = reading.database.prepare("SELECT sum(requests) AS requests FROM usage_bucket").all([]);
  expect(counted).toEqual({ requests: 2n });
  reading.database.close();
});
