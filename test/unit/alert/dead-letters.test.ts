/**
 * Goal: new dead letters are told; old ones, and those of files read for the first time, are not.
 * Method: counts over time, with the memory handed from one look to the next.
 */
import { describe, expect, test } from "vitest";
import { type DeadLetterMemory, judgeDeadLetters } from "../../../src/alert/dead-letters.ts";

const DAY_MS = 86_400_000;

function looks(
  steps: readonly { readonly count: number; readonly isCaughtUp?: boolean; readonly atMs?: number }[],
) {
  let memory: DeadLetterMemory = {};
  return steps.map(({ count, isCaughtUp = true, atMs = 0 }) => {
    const lanes = [{ name: "search", deadLetters: count }];
    const judgement = judgeDeadLetters(lanes, memory, () => isCaughtUp, atMs);
    memory = judgement.memory;
    const [found] = judgement.report.findings;
    return found && `${found.level} ${found.value}`;
  });
}

test("those that were there before are no news", () => {
  expect(looks([{ count: 5 }, { count: 5 }, { count: 7 }])).toEqual([undefined, "clear 0", "breached 2"]);
});

test("those of a lane that reads old files for the first time are no news", () => {
  const steps = [
    { count: 0, isCaughtUp: false },
    { count: 9, isCaughtUp: false },
    { count: 9 },
    { count: 10 },
  ];
  expect(looks(steps)).toEqual([undefined, undefined, undefined, "breached 1"]);
});

test("a sink that falls behind later is still watched", () => {
  expect(looks([{ count: 0 }, { count: 3, isCaughtUp: false }])).toEqual([undefined, "breached 3"]);
});

describe("it is over", () => {
  test("when they are replayed or purged", () => {
    expect(looks([{ count: 0 }, { count: 2 }, { count: 0 }])).toEqual([undefined, "breached 2", "clear 0"]);
  });

  test("when old ones are gone, those that come later are news again", () => {
    const found = looks([{ count: 5 }, { count: 0 }, { count: 1 }]);
    expect(found).toEqual([undefined, "clear 0", "breached 1"]);
  });

  test("when no more came for a day", () => {
    const steps = [{ count: 0 }, { count: 2 }, { count: 2, atMs: DAY_MS - 1 }, { count: 2, atMs: DAY_MS }];
    expect(looks(steps)).toEqual([undefined, "breached 2", "breached 2", "clear 0"]);
  });
});
