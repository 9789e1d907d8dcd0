/**
 * Goal: whatever the service, the disk, the network, the server and the power supply do, every line arrives once
 * or is a dead letter, and a lane that can work does.
 * Method: the real lane and the real folder on a simulated clock, disk and server, all driven by one seed. A
 * script writes, rotates, destroys, crashes and heals; an oracle that knows what was written judges what arrived
 * (test/support/sim/oracle.ts says where equality is impossible, and why).
 *
 * `SEED=17 npx vitest run test/simulation` runs one seed again, `SIM_SEEDS=20000` more of them, `SIM_EVENTS=9999`
 * shows all that happened before a failure.
 */
import { describe, expect, test } from "vitest";
import { firstFailure, seedsFrom, type Totals } from "../support/sim/seeds.ts";

const SEEDS_AT_ONCE = 250;
const { SEED, SIM_SEEDS = "1500" } = process.env;
const seedCount = Number(SIM_SEEDS);
const totals: Totals = {};

if (SEED !== undefined) {
  test(`seed ${SEED}`, async () => {
    expect((await firstFailure([Number(SEED)]))?.failure).toBeUndefined();
  });
} else {
  describe("no line is lost, doubled, invented or changed", () => {
    const starts = seedsFrom(0, Math.ceil(seedCount / SEEDS_AT_ONCE)).map((group) => group * SEEDS_AT_ONCE);
    test.each(starts)("in %d seeds and those after it", { timeout: 120_000 }, async (start) => {
      const count = Math.min(SEEDS_AT_ONCE, seedCount - start);
      const failed = await firstFailure(seedsFrom(start, count), undefined, totals);
      expect(failed?.failure).toBeUndefined();
    });
  });

  test.each([
    ...[
      "crash",
      "stop",
      "stop_drained",
      "lose_state",
      "lostAnswers",
      "tooLarge",
      "wholeRefusals",
      "conflicts",
      "letters",
    ],
    ...["letterFaults", "stateFaults", "auditFaults", "wall_jump", "judgedRewrites", "rename", "rotate"],
    ...["truncate", "cut_partly", "rewrite", "copy_and_truncate", "remove", "remove_and_recreate", "vanish"],
  ])("%s happened often enough for that to mean something", (what) => {
    expect(totals[what]).toBeGreaterThan(seedCount / 100);
  });

  test("most lines were judged without an excuse", () => {
    expect(totals["excusedLines"]).toBeLessThan((totals["judgedLines"] ?? 0) / 5);
  });
}

test("a seed gives the same run each time", async () => {
  const [one, other]: Totals[] = [{}, {}];
  await firstFailure([42], undefined, one);
  await firstFailure([42], undefined, other);
  expect(one).toEqual(other);
});
