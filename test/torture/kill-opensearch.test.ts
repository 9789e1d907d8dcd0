/**
 * Goal: whatever happens to the daemon and to the server, every line reaches the server exactly once, or the
 * dead letters.
 * Method: the built daemon is killed again and again (SIGKILL) while a writer appends and a faulty server
 * answers; at the end `run --once`, still with faults, and a comparison with fates worked out independently.
 */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { seededRandom } from "../../src/system/random.ts";
import type { ServerError } from "../support/bulk-store.ts";
import { Workspace } from "../support/daemon.ts";
import { anyFault, FAULTS } from "../support/fault-plan.ts";
import { FaultServer } from "../support/fault-server.ts";
import { AuditWriter, POISON_MEMBER, REFUSED_MEMBER } from "./audit-writer.ts";
import { difference, type ExpectedFates, expectedFates, NO_DIFFERENCE, place } from "./expected-fates.ts";
import { killAgainAndAgain } from "./kill-loop.ts";
import { SCALE } from "./scale.ts";

interface DeadLetters {
  readonly total: number;
  readonly items: readonly {
    readonly id: string;
    readonly file: string;
    readonly offset: number;
    readonly type: string;
  }[];
}

const FAULT_SHARE = 0.4;
/** Less than a full batch, more than the longest document. */
const BODY_BYTES_MAX = 48 * 1024;
const REFUSAL: ServerError = {
  status: 400,
  type: "mapper_parsing_exception",
  reason: "failed to parse field [refuse_me] of type [long]",
};

let server: FaultServer;
let workspace: Workspace;

beforeEach(async () => {
  server = await FaultServer.start({
    plan: anyFault(seededRandom(SCALE.seed), FAULT_SHARE),
    refuseRequest: (body) => body.includes(POISON_MEMBER),
    bodyBytesMax: BODY_BYTES_MAX,
    refuse: (document) => (document.includes(REFUSED_MEMBER) ? REFUSAL : undefined),
  });
  const sink = {
    type: "opensearch",
    endpoints: [server.url],
    batch: { max_bytes: "64KiB", max_records: 150 },
    retry: { initial: "10ms", max: "100ms" },
  };
  workspace = await Workspace.make({ store: { enabled: false }, sinks: { search: sink } });
});

afterEach(async () => {
  await workspace.remove();
  await server.down();
});

function isRefused(line: ExpectedFates["documents"][number]): boolean {
  return line.bytes.includes(REFUSED_MEMBER) || line.bytes.includes(POISON_MEMBER);
}

async function deadLetterPlaces(): Promise<string[]> {
  const { total, items } = await workspace.ask<DeadLetters>("dead-letters", "list");
  expect(items).toHaveLength(total);
  return items.map(({ file, offset }) => place(file, offset));
}

/** Nothing missing, nothing doubled, nothing invented, each document in its file's index and with its bytes. */
function expectStored(expected: ExpectedFates): void {
  const stored = expected.documents.filter((line) => !isRefused(line));
  const wanted = stored.map((line) => line.id);
  expect(difference(server.store.ids(), wanted)).toEqual(NO_DIFFERENCE);
  expect(server.store.counts.changedOnResend).toBe(0);
  for (const line of stored) {
    const index = `mem0-audit-logs-${line.file.slice("audit-".length, -".jsonl".length).replaceAll("-", ".")}`;
    const document = JSON.parse(server.store.indices.get(index)?.get(line.id)?.toString() ?? "null");
    const isPrivate = line.record["event"] === "retrieval_detail";
    expect(document).toMatchObject(isPrivate ? { ts: line.record["ts"] } : line.record);
    expect(document.log).toEqual({ file: { name: line.file }, offset: line.offset });
  }
}

describe("the daemon, killed again and again before a faulty server", () => {
  it(
    "loses nothing, doubles nothing, and does not depend on its state folder",
    async () => {
      const writer = new AuditWriter(workspace.auditDirectory, seededRandom(SCALE.seed), SCALE.lines);
      const linesPerKill = Math.ceil(SCALE.lines / SCALE.kills);
      const progress = () => server.bulkRequests;
      const random = seededRandom(SCALE.seed);
      const loop = { workspace, writer, random, kills: SCALE.kills, linesPerKill, progress };
      const killsAtWork = await killAgainAndAgain(loop);

      const last = await workspace.run("run", "--once");
      expect(last, last.stderr.slice(-2000)).toMatchObject({ code: 0 });
      const expected = expectedFates(workspace.auditDirectory);
      expect(expected.lines).toBe(SCALE.lines);
      expectStored(expected);
      const refused = expected.documents.filter(isRefused).map((line) => place(line.file, line.offset));
      const dead = [...refused, ...expected.broken];
      expect(difference(await deadLetterPlaces(), dead)).toEqual(NO_DIFFERENCE);

      // Not vacuous: it really was killed at work, and every fault, resend, refusal and spoiled line happened.
      expect(killsAtWork).toBeGreaterThan(SCALE.kills / 2);
      for (const fault of FAULTS) expect(server.faults.get(fault), fault).toBeGreaterThan(0);
      expect(server.store.counts.conflicts).toBeGreaterThan(0);
      expect(server.store.counts.refused).toBeGreaterThan(0);
      expect(server.refusedRequests.malformed).toBeGreaterThan(0);
      expect(server.refusedRequests.tooLarge).toBeGreaterThan(0);
      expect(expected.broken.length).toBeGreaterThan(0);
      expect(expected.blank).toBeGreaterThan(0);

      const before = server.store.counts.created;
      await workspace.removeState();
      expect(await workspace.run("run", "--once")).toMatchObject({ code: 0 });
      expect(server.store.counts.created).toBe(before);
      expectStored(expected);
      expect(difference(await deadLetterPlaces(), dead)).toEqual(NO_DIFFERENCE);
    },
    SCALE.testTimeoutMs,
  );
});
