/**
 * Goal: it is known up to which moment everything written is delivered, also under steady load.
 * Method: snapshots of a lane, moment by moment.
 */
import { expect, test } from "vitest";
import { CaughtUp } from "../../../src/alert/caught-up.ts";
import { laneFile } from "./lanes.ts";

const SETTLED_MS = 10_000;
const UNSEEN_MS = 10_000;

test("nothing is known before the folder can have been looked at", () => {
  const caughtUp = new CaughtUp();
  caughtUp.look({ files: [] }, 0);
  caughtUp.look({ files: [] }, SETTLED_MS - 1);
  expect(caughtUp.untilMs).toBeUndefined();
  caughtUp.look({ files: [] }, SETTLED_MS);
  expect(caughtUp.untilMs).toBe(SETTLED_MS - UNSEEN_MS);
});

test("a lane that is never at the end is complete up to where it was marked", () => {
  const caughtUp = new CaughtUp();
  const growing = (sizeBytes: number, deliveredOffset: number) => [
    { ...laneFile(), sizeBytes, deliveredOffset, lagBytes: sizeBytes - deliveredOffset },
  ];
  caughtUp.look({ files: growing(100, 0) }, 0);
  caughtUp.look({ files: growing(200, 50) }, 20_000);
  expect(caughtUp.untilMs).toBeUndefined();
  caughtUp.look({ files: growing(300, 199) }, 30_000);
  expect(caughtUp.untilMs).toBeUndefined();
  caughtUp.look({ files: growing(400, 200) }, 40_000);
  expect(caughtUp.untilMs).toBe(20_000 - UNSEEN_MS);
  caughtUp.look({ files: growing(500, 400) }, 50_000);
  expect(caughtUp.untilMs).toBe(40_000 - UNSEEN_MS);
});

test("files that are gone, new ones, and those that became shorter hold nothing up for ever", () => {
  const caughtUp = new CaughtUp();
  caughtUp.look({ files: [] }, 0);
  caughtUp.look({ files: [laneFile(0, "gone"), laneFile(0, "cut")] }, 20_000);
  const cut = { ...laneFile(100, "cut"), sizeBytes: 100, lagBytes: 0 };
  caughtUp.look({ files: [cut, laneFile(0, "new")] }, 30_000);
  expect(caughtUp.untilMs).toBe(20_000 - UNSEEN_MS);
});

test("an unfinished last line is not waited for", () => {
  const caughtUp = new CaughtUp();
  const files = [{ ...laneFile(900), lagBytes: 0, partialBytes: 100 }];
  for (const atMs of [0, 20_000]) caughtUp.look({ files }, atMs);
  expect(caughtUp.untilMs).toBe(20_000 - UNSEEN_MS);
});
