/**
 * Goal: the simulation is worth its time: it finds the bugs that shippers are known for.
 * Method: each bug is planted at a seam of the lane, and seeds are run until one fails for that reason.
 */
import { afterEach, expect, test, vi } from "vitest";
import type { CheckpointStore } from "../../src/checkpoint/checkpoint-store.ts";
import { Ledger } from "../../src/checkpoint/ledger.ts";
import type { DeliveryReport, Sink } from "../../src/sinks/sink.ts";
import type { Files } from "../../src/system/files.ts";
import type { Checkpoint } from "../../src/tail/checkpoint.ts";
import type { Sabotage } from "../support/sim/life.ts";
import { firstFailure, seedsFrom } from "../support/sim/seeds.ts";

const SEEDS = seedsFrom(0, 300);

afterEach(() => {
  vi.restoreAllMocks();
});

async function findsBug(sabotage: Sabotage, message: RegExp): Promise<void> {
  const failed = await firstFailure(SEEDS, () => sabotage);
  expect(failed?.failure).toMatch(message);
}

/** `sink`, but what it reports goes through `change`. */
function withReports(change: (report: DeliveryReport) => DeliveryReport): Sabotage {
  return {
    sink: (sink: Sink) => ({
      limits: sink.limits,
      payloadBuilder: () => sink.payloadBuilder(),
      open: (signal) => sink.open(signal),
      deliver: async (...parameters) => change(await sink.deliver(...parameters)),
      probe: (signal) => sink.probe(signal),
      close: () => sink.close(),
    }),
  };
}

test("a checkpoint before the answer is there", async () => {
  const hasty: Sabotage = {
    sink: (sink) => ({
      limits: sink.limits,
      payloadBuilder: () => sink.payloadBuilder(),
      open: (signal) => sink.open(signal),
      deliver: async (...parameters) => {
        void sink.deliver(...parameters);
        return { outcome: "stored" };
      },
      probe: (signal) => sink.probe(signal),
      close: () => sink.close(),
    }),
  };
  await findsBug(hasty, /has no fate/);
});

test("a way past refused lines", async () => {
  const lenient = withReports((report) =>
    report.outcome === "judged"
      ? {
          outcome: "judged",
          verdicts: report.verdicts.map((one) => (one.verdict === "refused" ? { verdict: "stored" } : one)),
        }
      : report,
  );
  await findsBug(lenient, /has no fate/);
});

test("a way past deferred lines", async () => {
  const lenient = withReports((report) =>
    report.outcome === "judged"
      ? {
          outcome: "judged",
          verdicts: report.verdicts.map((one) => (one.verdict === "deferred" ? { verdict: "stored" } : one)),
        }
      : report,
  );
  await findsBug(lenient, /has no fate/);
});

test("a server that is unavailable, taken for one that has stored", async () => {
  const lenient = withReports((report) =>
    report.outcome === "unavailable" ? { outcome: "stored" } : report,
  );
  await findsBug(lenient, /has no fate/);
});

test("a checkpoint that jumps over what is still under way", async () => {
  const ends = new WeakMap<Ledger, Map<string, Checkpoint>>();
  const { settle, checkpoints } = Ledger.prototype;
  vi.spyOn(Ledger.prototype, "settle").mockImplementation(function (this: Ledger, span) {
    settle.call(this, span);
    ends.set(this, (ends.get(this) ?? new Map()).set(span.end.generation.id, span.end));
    return true;
  });
  vi.spyOn(Ledger.prototype, "checkpoints").mockImplementation(function (this: Ledger) {
    return checkpoints.call(this).map((one) => {
      const last = ends.get(this)?.get(one.generation.id);
      return last !== undefined && last.offset > one.offset ? last : one;
    });
  });
  await findsBug({}, /has no fate/);
});

test("a torn line delivered as a whole one", async () => {
  const impatient = (files: Files): Files => ({
    ...files,
    open: async (path) => {
      const handle = await files.open(path);
      return {
        stat: () => handle.stat(),
        close: () => handle.close(),
        read: async (target, start, length, position) => {
          const read = await handle.read(target, start, length, position);
          const isTorn = read === 0 && length > 70_000 && target[start - 1] !== 0x0a;
          return isTorn ? target.write("\n", start) : read;
        },
      };
    },
  });
  await findsBug(
    { files: impatient },
    /fits none of the contents|is stored|other bytes|no line starts there/,
  );
});

test("a generation number that is not remembered", async () => {
  const forgetful = (store: CheckpointStore): CheckpointStore => ({
    load: () => store.load(),
    save: (checkpoints) => store.save(checkpoints.filter(({ generation }) => generation.number === 0)),
  });
  await findsBug({ checkpoints: forgetful }, /was used, and is forgotten/);
});

test("a checkpoint that is not saved after all", async () => {
  const idle = (store: CheckpointStore): CheckpointStore => ({
    load: () => store.load(),
    save: async () => undefined,
  });
  await findsBug({ checkpoints: idle }, /is forgotten|has the ids/);
});
