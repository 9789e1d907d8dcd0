/**
 * Goal: CloudWatch Logs holds each line exactly once, though it keeps every copy it is sent and shows it late:
 * whichever requests and answers are lost, wherever the process is killed, with its state or without.
 * Method: random schedules over the strict double of the service, with a clock that jumps. The same schedules without
 * reading back do double lines.
 */

import { expect, it } from "vitest";
import type { Batch } from "../../src/batch/batch.ts";
import type { CloudWatchSink } from "../../src/sinks/cloudwatch/sink.ts";
import { batchOf } from "../support/documents.ts";
import { fc } from "../support/properties.ts";
import { type Fault, ServiceLogs, THROTTLED } from "../unit/sinks/cloudwatch/service-logs.ts";
import { lineAt, NAME, sinkOver } from "../unit/sinks/cloudwatch/sink-of.ts";

const INTERVAL_MS = 5000;
const LINES = 12;

interface Round {
  /** Lines of each batch; they are under way at once. */
  readonly batches: readonly number[];
  /** What becomes of each PutLogEvents; later ones succeed. */
  readonly faults: readonly Fault[];
  /** How many requests for reading fail first. */
  readonly failingReads: number;
  /** Whether the process is killed after the first failure of each batch; else it tries again. */
  readonly isKilled: boolean;
  /** Where the next process begins: so many lines before what has its fate; undefined: at the start of the file. */
  readonly lag: number | undefined;
}

const fault = fc.constantFrom<Fault>("none", "lost_answer", "lost_request", THROTTLED);
const round: fc.Arbitrary<Round> = fc.record({
  batches: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 }),
  faults: fc.array(fault, { maxLength: 6 }),
  failingReads: fc.integer({ min: 0, max: 2 }),
  isKilled: fc.boolean(),
  lag: fc.option(fc.integer({ min: 0, max: 4 }), { nil: undefined }),
});
const schedule = fc.record({
  rounds: fc.array(round, { minLength: 1, maxLength: 4 }),
  /** Lines may be out of order by so many milliseconds. */
  jitters: fc.array(fc.integer({ min: -3000, max: 3000 }), { minLength: LINES, maxLength: LINES }),
  visibleAfterMs: fc.integer({ min: 0, max: INTERVAL_MS }),
  eventsPerPage: fc.integer({ min: 1, max: 5 }),
});
type Schedule = typeof schedule extends fc.Arbitrary<infer Value> ? Value : never;

/** How often each line is stored in the end. */
async function play(plan: Schedule, maxMs: number): Promise<number[]> {
  const logs = new ServiceLogs();
  logs.store.visibility = { afterMs: plan.visibleAfterMs };
  logs.store.paging = { eventsMax: plan.eventsPerPage, emptyPages: 1 };
  const lines = plan.jitters.map((jitterMs, n) => lineAt(logs, (LINES - n) * 1000 + 4000 + jitterMs, { n }));
  let settled = 0;
  for (const [index, one] of [...plan.rounds, LAST].entries()) {
    // A new process: another sink, with nothing but the place where it begins.
    const start = index === 0 || one.lag === undefined ? 0 : Math.max(0, settled - one.lag);
    const sink = sinkOver(logs, { read_back: { interval: `${INTERVAL_MS}ms`, max: `${maxMs}ms` } });
    settled = Math.max(settled, await live(sink, logs, lines, start, one));
  }
  return lines.map((_, n) => logs.store.events().filter(({ message }) => JSON.parse(message).n === n).length);
}

const LAST: Round = { batches: [LINES], faults: [], failingReads: 0, isKilled: false, lag: undefined };

/** One process; returns how many lines have their fate at its end, without gaps. */
async function live(
  sink: CloudWatchSink,
  logs: ServiceLogs,
  lines: readonly string[],
  start: number,
  { batches, faults, failingReads, isKilled }: Round,
): Promise<number> {
  let puts = 0;
  let reads = 0;
  logs.plan = (operation) => {
    if (operation === "PutLogEvents") return faults[puts++] ?? "none";
    if (operation === "GetLogEvents") return reads++ < failingReads ? THROTTLED : "none";
    return "none";
  };
  let next = start;
  const settling = Promise.all(
    batches.map((size) => {
      const first = next;
      next = Math.min(lines.length, next + size);
      return first === next || settle(sink, logs, batchFrom(sink, lines, first, next), isKilled);
    }),
  );
  const isSettled = await logs.clock.runWhile(settling, "the deliveries");
  // As long as a batch has no fate the checkpoint does not pass it.
  return isSettled.includes(false) ? start : next;
}

/** The lines `[first, end)` as a batch; their offsets, and so their ids, are those of the whole file. */
function batchFrom(sink: CloudWatchSink, lines: readonly string[], first: number, end: number): Batch {
  const whole = batchOf(sink.payloadBuilder(), NAME, lines);
  const indices = Array.from({ length: end - first }, (_, place) => first + place);
  return { ...whole, payload: whole.payload?.select(indices) };
}

/** Attempts until the batch has its fate; false if the process is killed before. */
async function settle(sink: CloudWatchSink, logs: ServiceLogs, batch: Batch, isKilled: boolean) {
  const { payload } = batch;
  if (payload === undefined) throw new Error("no payload");
  for (;;) {
    const { outcome } = await sink.deliver(payload, batch, new AbortController().signal);
    if (outcome === "stored" || outcome === "judged") return true;
    if (isKilled) return false;
    await logs.clock.sleep(100);
  }
}

it("each line is there exactly once", async () => {
  await fc.assert(
    fc.asyncProperty(schedule, async (plan) => {
      expect(await play(plan, 30_000)).toEqual(Array(LINES).fill(1));
    }),
  );
});

it("without reading back there would be doubles", async () => {
  const counts = await Promise.all(
    fc.sample(schedule, { numRuns: 50, seed: 1 }).map((plan) => play(plan, 0)),
  );
  expect(counts.flat().some((count) => count > 1)).toBe(true);
  expect(counts.flat().every((count) => count >= 1)).toBe(true);
});
