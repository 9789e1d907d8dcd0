/**
 * Goal: a trouble is said once when it begins, again when it changes or lasts, and when it is over.
 * Method: a log that remembers, and a clock that the test moves.
 */
import { beforeEach, expect, test } from "vitest";
import { Trouble } from "../../../src/lane/trouble.ts";
import { RecordingLog } from "../../support/recording-log.ts";
import { BLOCKED, UNAVAILABLE } from "../../support/scripted-sink.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";

let clock: VirtualClock;
let recorded: RecordingLog;
let trouble: Trouble;
beforeEach(() => {
  clock = new VirtualClock();
  recorded = new RecordingLog();
  trouble = new Trouble("search", clock, recorded.log);
});

const unavailable = UNAVAILABLE as Parameters<Trouble["occurred"]>[0];
const blocked = BLOCKED as Parameters<Trouble["occurred"]>[0];

function levels(): string[] {
  return recorded.entries.map(({ level }) => level);
}

test("without a trouble there is nothing to say", () => {
  trouble.cleared();
  expect(trouble.state).toBeUndefined();
  expect(trouble.message).toBeUndefined();
  expect(recorded.entries).toEqual([]);
});

test("the same trouble again and again is said once", () => {
  for (let time = 0; time < 100; time++) trouble.occurred(unavailable);
  expect(levels()).toEqual(["warn"]);
  expect(trouble.state).toBe("retrying");
  expect(trouble.message).toBe("503");
});

test("a trouble that lasts is said again every ten minutes", async () => {
  trouble.occurred(blocked);
  for (let minute = 0; minute < 25; minute++) {
    await clock.advance(60_000);
    trouble.occurred(blocked);
  }
  expect(levels()).toEqual(["error", "error", "error"]);
});

test("another trouble is said at once", () => {
  trouble.occurred(unavailable);
  trouble.occurred(blocked);
  trouble.occurred({ outcome: "unavailable", reason: "network", message: "no answer" });
  expect(levels()).toEqual(["warn", "error", "warn"]);
  expect(trouble.message).toBe("no answer");
});

test("the end is said with how long it took", async () => {
  trouble.occurred(unavailable);
  await clock.advance(90_000);
  trouble.occurred(blocked);
  trouble.cleared();
  expect(recorded.entries.at(-1)).toMatchObject({ level: "info", fields: { sink: "search", seconds: 90 } });
  expect(trouble.state).toBeUndefined();
});
