/**
 * Goal: what is sent again is settled as in a lane, and given up where a lane would go on for ever.
 * Method: a sink that answers as the test says, on a virtual clock.
 */
import { expect, test } from "vitest";
import { deliverPatiently } from "../../../src/daemon/patient-delivery.ts";
import { WatchedSink } from "../../../src/daemon/replay-target.ts";
import { batchOf } from "../../support/documents.ts";
import {
  type Answer,
  BLOCKED,
  MemoryDeadLetters,
  ScriptedSink,
  STORED,
  UNAVAILABLE,
} from "../../support/scripted-sink.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";

const NAME = "audit-2026-04-03.jsonl";

async function deliver(answer: Answer) {
  const clock = new VirtualClock();
  const sink = new WatchedSink(new ScriptedSink(answer));
  const { generation, payload } = batchOf(sink.payloadBuilder(), NAME, ['{"n":1}', '{"n":2}']);
  const deadLetters = new MemoryDeadLetters();
  const broken = [
    {
      ...{ offset: 99, head: Buffer.from("torn"), lengthBytes: 4, sha256: "ab" },
      ...{ type: "not_json" as const, reason: "not valid JSON", timestamp: "" },
    },
  ];
  let isOver = false;
  const stop = new AbortController().signal;
  const ending = deliverPatiently(
    { generation, payload, broken },
    { name: "search", sink, deadLetters, clock, random: { next: () => 0.5 }, stop },
  ).finally(() => {
    isOver = true;
  });
  await clock.runUntil(() => isOver, "an end");
  return { ...(await ending), letters: deadLetters.count("search") };
}

test("documents arrive, and lines that are none become letters", async () => {
  const { accepted, trouble, letters } = await deliver(() => STORED);
  expect([...accepted]).toEqual([0, 8]);
  expect({ trouble, letters }).toEqual({ trouble: undefined, letters: 1 });
});

test("what passes is waited for", async () => {
  let failures = 3;
  const { accepted } = await deliver(() => (failures-- > 0 ? UNAVAILABLE : STORED));
  expect(accepted.size).toBe(2);
});

test.each([
  ["does not pass by itself", BLOCKED],
  ["lasts", UNAVAILABLE],
])("what %s is given up", async (_, report) => {
  const { accepted, trouble } = await deliver(() => report);
  expect(accepted.size).toBe(0);
  expect(trouble).toBe(report);
});
