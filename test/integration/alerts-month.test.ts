/**
 * Goal: a month with planted spikes, an error burst, a new model without a price and a spent budget raises each alert
 * once, resolves it once, and nothing else; restarts, crashes and lost states change nothing.
 * Method: the real store and rules on a clock that is moved minute by minute; the same traffic with restarts at many
 * moments must bring the same news at the same times.
 */
import { beforeAll, describe, expect, test } from "vitest";
import type { Notification } from "../../src/alert/notification.ts";
import type { Config } from "../../src/config/load.ts";
import type { StoreRow } from "../../src/store/row.ts";
import { type Random, seededRandom } from "../../src/system/random.ts";
import { minuteOf, type Plant } from "../support/alerts/month.ts";
import { MINUTE_MS, WatchedService } from "../support/alerts/watched-service.ts";
import { configOf } from "../unit/config/loading.ts";

const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const START_MS = Date.parse("2026-10-01T00:00:00Z");
const END_MS = START_MS + 32 * DAY_MS;

const at = (day: number, hour: number) => START_MS + (day - 1) * DAY_MS + hour * HOUR_MS;

const PLANTS: readonly Plant[] = [
  { fromMs: at(18, 14), untilMs: at(18, 14) + 40 * MINUTE_MS, errors: 0.4 },
  { fromMs: at(20, 10), untilMs: at(20, 11), requests: 8 },
  { fromMs: at(22, 15), untilMs: at(22, 16), cost: 25 },
  { fromMs: at(24, 9), untilMs: at(24, 12), model: "mystery-model-v1" },
];

const CONFIG = JSON.stringify({
  alerts: {},
  budgets: [{ name: "month", period: "month", amount_usd: "80", thresholds: [0.5, 0.8, 1] }],
});

let config: Config;

/** How long a month may take on a busy machine. */
const TIMEOUT_MS = 300_000;

/** What happens to the daemon before a step's lines reach it; `isFine` where something goes on and steps are minutes. */
type Disturbance = (service: WatchedService, step: number, isFine: boolean) => Promise<void>;

const UNDISTURBED: Disturbance = async () => {};

/** Steps are minutes around what was planted, else quarters of an hour. */
function stepMinutes(nowMs: number): number {
  return PLANTS.some(({ fromMs, untilMs }) => nowMs >= fromMs - HOUR_MS && nowMs < untilMs + 2 * HOUR_MS)
    ? 1
    : 15;
}

function linesOf(startMs: number, minutes: number, random: Random): StoreRow[] {
  return Array.from({ length: minutes }, (_, minute) =>
    minuteOf(startMs + minute * MINUTE_MS, PLANTS, random),
  ).flat();
}

async function live(disturb: Disturbance): Promise<readonly Notification[]> {
  const service = await WatchedService.start(config, START_MS);
  const random = seededRandom(7);
  for (let step = 0; service.nowMs < END_MS; step += 1) {
    const minutes = stepMinutes(service.nowMs);
    service.write(linesOf(service.nowMs, minutes, random));
    await disturb(service, step, minutes === 1);
    service.deliver();
    service.nowMs += minutes * MINUTE_MS;
    await service.look();
  }
  service.close();
  return service.news;
}

function inShort({ status, fingerprint, starts_ms, ends_ms }: Notification): string {
  return `${new Date(ends_ms ?? starts_ms).toISOString().slice(0, 16)} ${status} ${fingerprint}`;
}

let undisturbed: readonly Notification[];
beforeAll(async () => {
  config = await configOf(CONFIG);
  undisturbed = await live(UNDISTURBED);
}, TIMEOUT_MS);

test("a month raises each alert once and resolves it once, and nothing else", () => {
  expect(undisturbed.map(inShort)).toEqual([
    "2026-10-12T00:15 firing budget:month::2026-10-01:0.5",
    "2026-10-18T13:25 firing budget:month::2026-10-01:0.8",
    "2026-10-18T14:11 firing error_rate",
    "2026-10-18T14:46 resolved error_rate",
    "2026-10-20T10:25 firing spike:requests",
    "2026-10-20T12:05 resolved spike:requests",
    "2026-10-22T15:10 firing spike:cost",
    "2026-10-22T15:25 firing budget:month::2026-10-01:1",
    "2026-10-22T17:05 resolved spike:cost",
    "2026-10-24T09:05 firing unpriced:mystery-model-v1",
    "2026-10-25T12:00 resolved unpriced:mystery-model-v1",
    "2026-11-01T00:00 resolved budget:month::2026-10-01:0.5",
    "2026-11-01T00:00 resolved budget:month::2026-10-01:0.8",
    "2026-11-01T00:00 resolved budget:month::2026-10-01:1",
  ]);
});

/** The store is asked every few minutes, and by a restart at others: so much earlier or later may news be. */
const ASKED_EVERY_MS = 15 * MINUTE_MS;

function expectSameNews(news: readonly Notification[]): void {
  const what = ({ status, fingerprint }: Notification) => `${status} ${fingerprint}`;
  const when = ({ starts_ms, ends_ms }: Notification) => ends_ms ?? starts_ms;
  expect(news.map(what)).toEqual(undisturbed.map(what));
  for (const [index, one] of news.entries()) {
    const other = undisturbed[index];
    if (other) expect(Math.abs(when(one) - when(other))).toBeLessThanOrEqual(ASKED_EVERY_MS);
  }
}

describe("the same news at the same time", { timeout: TIMEOUT_MS }, () => {
  test("with a restart every few hours, and every few minutes where something goes on", async () => {
    const news = await live(async (service, step, isFine) => {
      if (step % (isFine ? 7 : 13) === 0) await service.restart();
    });
    expectSameNews(news);
  });

  test("with a crash every few minutes where something goes on, each with lines that were not counted yet", async () => {
    const news = await live(async (service, step, isFine) => {
      if (!isFine || step % 5 !== 0) return;
      service.deliver(3);
      await service.crash();
    });
    expectSameNews(news);
  });
});

describe("lines of the past", { timeout: TIMEOUT_MS }, () => {
  /** Lines written in a span of time, at five minutes each. */
  function past(fromMs: number, untilMs: number): StoreRow[] {
    const random = seededRandom(7);
    const rows: StoreRow[] = [];
    for (let atMs = fromMs; atMs < untilMs; atMs += 5 * MINUTE_MS) rows.push(...linesOf(atMs, 5, random));
    return rows;
  }

  async function catchUp(service: WatchedService, count: number): Promise<void> {
    for (let part = 0; part <= 20; part += 1) {
      service.deliver(Math.ceil(count / 20));
      service.nowMs += MINUTE_MS;
      await service.look();
    }
  }

  test.each([
    ["first start", at(18, 14) + 20 * MINUTE_MS],
    ["start in the middle of a spike", at(20, 10) + 50 * MINUTE_MS],
    ["start with a spent budget and a model without a price", at(24, 11)],
    ["start a month later", at(60, 12)],
  ])("are no news at a %s", async (_, startMs) => {
    const service = await WatchedService.start(config, startMs);
    const rows = past(START_MS, Math.min(startMs, END_MS));
    service.write(rows);
    await catchUp(service, rows.length);
    expect(service.news.map(inShort)).toEqual([]);
    service.close();
  });

  test("are no news after the state folder was lost, nor is that they are over", async () => {
    const service = await WatchedService.start(config, at(26, 12));
    const rows = past(START_MS, at(26, 12));
    service.write(rows);
    await catchUp(service, rows.length);
    service.nowMs = at(32, 1);
    await service.look();
    await service.look();
    expect(service.news.map(inShort)).toEqual([]);
    service.close();
  });

  test("that come after hours of standstill bring no alert, and no end of one", async () => {
    const service = await WatchedService.start(config, at(17, 0));
    const random = seededRandom(3);
    while (service.nowMs < at(18, 14) + 20 * MINUTE_MS) {
      service.write(linesOf(service.nowMs, 5, random));
      service.deliver();
      service.nowMs += 5 * MINUTE_MS;
      await service.look();
    }
    expect(service.news.map(({ fingerprint }) => fingerprint)).toEqual(["error_rate"]);
    const missed = past(service.nowMs, service.nowMs + 3 * HOUR_MS);
    service.write(missed);
    service.nowMs += 3 * HOUR_MS;
    await service.crash();
    await service.look();
    expect(service.states["error_rate"]).toBe("catching_up");
    await catchUp(service, missed.length);
    expect(service.news.map(({ status }) => status)).toEqual(["firing", "resolved"]);
    service.close();
  });
});

test("the rule for spikes says that it warms up, and from the second day on that it watches", async () => {
  const service = await WatchedService.start(config, START_MS);
  const random = seededRandom(1);
  const states = new Map<string | undefined, number>();
  while (service.nowMs < START_MS + 30 * HOUR_MS) {
    service.write(linesOf(service.nowMs, 5, random));
    service.deliver();
    service.nowMs += 5 * MINUTE_MS;
    await service.look();
    const state = service.states["spike"];
    if (!states.has(state)) states.set(state, Math.round((service.nowMs - START_MS) / HOUR_MS));
  }
  expect([...states]).toEqual([
    ["catching_up", 0],
    ["warming_up", 0],
    ["watching", 24],
  ]);
  service.close();
});
