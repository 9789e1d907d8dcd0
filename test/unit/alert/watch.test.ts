/**
 * Goal: all rules together, look by look: what is news, what is remembered, what a failure leaves.
 * Method: lanes and answers written by hand, on a clock that is moved. (A month of it: test/integration/alerts-month.)
 */
import { beforeEach, describe, expect, test } from "vitest";
import type { AlertSettings } from "../../../src/alert/settings.ts";
import { newState } from "../../../src/alert/state-file.ts";
import { AlertWatch, type Observed, type WatchState } from "../../../src/alert/watch.ts";
import type { LaneSnapshot } from "../../../src/lane/snapshot.ts";
import type { VerifyResult } from "../../../src/verify/result-file.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";
import { requestRow } from "../store/sample-rows.ts";
import { told } from "./finding.ts";
import { laneSnapshot } from "./lanes.ts";
import { ALL_OFF, SETTINGS } from "./settings.ts";

let clock: VirtualClock;
let lanes: LaneSnapshot[];
let verified: VerifyResult | undefined;
let problem: string | undefined;
beforeEach(() => {
  clock = new VirtualClock();
  lanes = [laneSnapshot({ name: "local", type: "store" }), laneSnapshot()];
  verified = undefined;
  problem = undefined;
});

function makeWatch(
  settings: AlertSettings = SETTINGS,
  state?: WatchState,
  store?: Observed["store"],
): AlertWatch {
  const observed: Observed = {
    lanes: () => lanes,
    folderProblem: () => problem,
    storeLane: "local",
    store,
    verifyResult: async () => verified,
  };
  return new AlertWatch(settings, state ?? newState(clock.nowMs(), false), observed, clock);
}

async function look(watch: AlertWatch, advanceMs = 15_000): Promise<string[]> {
  await clock.advance(advanceMs);
  const news: string[] = [];
  await watch.look((more) => news.push(...told(more)));
  return news;
}

const late = () => laneSnapshot({ oldestUnackedSeconds: 400 });

test("lag, dead letters and gaps are news, together and once", async () => {
  const watch = makeWatch();
  expect([...(await look(watch)), ...(await look(watch))]).toEqual([]);
  lanes = [laneSnapshot({ oldestUnackedSeconds: 400, deadLetters: 3 })];
  verified = { version: 1, time: "2026-11-21T12:00:00Z", sinks: { search: { missing: 1 } } };
  const all = ["firing lag:search", "firing dead_letters:search", "firing verify:search"];
  expect(await look(watch)).toEqual(all);
  expect(await look(watch)).toEqual([]);
});

test("a rule that is switched off while it fires is over", async () => {
  const watch = makeWatch();
  lanes = [late()];
  expect(await look(watch)).toEqual(["firing lag:search"]);
  watch.replaceSettings(ALL_OFF);
  expect(await look(watch)).toEqual(["resolved lag:search"]);
  expect(Object.values(watch.saved().rules).map((status) => status?.state)).toEqual(Array(8).fill("off"));
});

test("a restart in the middle is no news", async () => {
  const watch = makeWatch();
  lanes = [late()];
  await look(watch);
  const again = makeWatch(SETTINGS, JSON.parse(JSON.stringify(watch.saved())) as WatchState);
  await again.begin();
  expect(await look(again)).toEqual([]);
  lanes = [laneSnapshot()];
  expect(await look(again)).toEqual(["resolved lag:search"]);
});

test("without a store the rules over it say that they need it", async () => {
  const watch = makeWatch();
  await look(watch);
  const { rules } = watch.saved();
  for (const rule of ["error_rate", "spike", "budget", "unpriced", "over_count"] as const)
    expect(rules[rule]).toEqual({ state: "off", note: "it needs the embedded store (store.enabled)" });
});

describe("with a store", () => {
  let questions = 0;
  const store = (fails = false): Observed["store"] => ({
    source: {
      groups: async () => [],
      span: async () => {
        questions += 1;
        if (fails) throw new Error("the disk answers with an error");
        return undefined;
      },
      assumedModels: async () => [],
      slowest: async () => [],
      close: async () => {},
    },
    unpricedModels: () => [],
    isPriced: () => false,
    budgets: async () => [],
  });
  beforeEach(() => {
    questions = 0;
  });

  test("errors within two windows in a row are news", async () => {
    const watch = makeWatch(SETTINGS, undefined, store());
    await look(watch);
    const news: string[] = [];
    for (let minute = 0; minute < 16; minute += 1) {
      const rows = Array.from({ length: 10 }, () => requestRow({ timestampMs: clock.nowMs(), status: 500 }));
      watch.addRows(rows);
      news.push(...(await look(watch, 60_000)));
    }
    expect(news).toEqual(["firing error_rate"]);
  });

  test("it is asked once a minute, and only once it has what was written", async () => {
    const watch = makeWatch(SETTINGS, undefined, store());
    await look(watch);
    expect(questions).toBe(0);
    expect(watch.saved().rules["spike"]?.state).toBe("catching_up");
    for (let second = 15; second < 120; second += 15) await look(watch);
    expect(questions).toBe(2);
  });

  test("a folder that cannot be read leaves open what is complete", async () => {
    problem = "EACCES";
    const watch = makeWatch(SETTINGS, undefined, store());
    for (let time = 0; time < 4; time += 1) await look(watch);
    expect(questions).toBe(0);
  });

  test("if it cannot be asked, what the lanes say is told all the same", async () => {
    const watch = makeWatch(SETTINGS, undefined, store(true));
    await look(watch);
    lanes = [late(), laneSnapshot({ name: "local" })];
    await clock.advance(15_000);
    const news: string[] = [];
    await expect(watch.look((more) => news.push(...told(more)))).rejects.toThrow("the disk answers");
    expect(news).toEqual(["firing lag:search"]);
  });
});
