/**
 * Goal: what is found is told once when it begins and once when it is over, whatever happens between.
 * Method: findings one after the other; in each test the memory may be saved and made anew at any step.
 */
import { describe, expect, test } from "vitest";
import { type Finding, report } from "../../../src/alert/alert.ts";
import { AlertMemory, alertMemorySchema } from "../../../src/alert/memory.ts";
import { finding, NOON_MS, told } from "./finding.ts";

const HOUR_MS = 3_600_000;
const REPEAT_MS = 4 * HOUR_MS;
const GONE = { level: "clear", text: "The sink is gone." } as const;

/** A memory that is written and read between any two steps. */
class Remembered {
  memory = new AlertMemory();

  take(
    findings: readonly Finding[],
    changes: Parameters<typeof report>[2] & { atMs?: number; isOld?: boolean } = {},
  ) {
    const { atMs = NOON_MS, isOld = false, ...others } = changes;
    const news = this.memory.take(report("lag", findings, others), {
      nowMs: atMs,
      repeatMs: REPEAT_MS,
      isOld,
    });
    this.memory = new AlertMemory(alertMemorySchema.parse(JSON.parse(JSON.stringify(this.memory.saved()))));
    return told(news);
  }
}

test("a breach is told once, and once that it is over", () => {
  const memory = new Remembered();
  expect(memory.take([finding("breached")])).toEqual(["firing lag:search"]);
  expect(memory.take([finding("breached")])).toEqual([]);
  expect(memory.take([finding("clear")])).toEqual(["resolved lag:search"]);
  expect(memory.take([finding("clear")])).toEqual([]);
});

test("news carries when it began and when it was over", () => {
  const memory = new AlertMemory();
  const at = (nowMs: number) => ({ nowMs, repeatMs: REPEAT_MS });
  memory.take(report("lag", [finding("breached")]), at(NOON_MS));
  const [over] = memory.take(report("lag", [finding("clear", { text: "All is well." })]), at(NOON_MS + 1000));
  expect(over).toMatchObject({ starts_ms: NOON_MS, ends_ms: NOON_MS + 1000, text: "All is well." });
  expect(memory.saved().resolved).toMatchObject([{ starts_ms: NOON_MS, ends_ms: NOON_MS + 1000 }]);
});

test("a value between both limits neither ends an alert nor begins one", () => {
  const memory = new Remembered();
  expect(memory.take([finding("lingering")])).toEqual([]);
  memory.take([finding("breached")]);
  expect(memory.take([finding("lingering")])).toEqual([]);
  expect(memory.take([finding("clear")])).toEqual(["resolved lag:search"]);
});

describe("a rule that wants several breaches in a row", () => {
  const twice = { consecutive: 2 };

  test("fires at the last of them", () => {
    const memory = new Remembered();
    expect(memory.take([finding("breached")], twice)).toEqual([]);
    expect(memory.memory.firing()).toEqual([]);
    expect(memory.take([finding("breached")], { ...twice, atMs: NOON_MS + 1 })).toEqual([
      "firing lag:search",
    ]);
    expect(memory.memory.firing()).toMatchObject([{ starts_ms: NOON_MS + 1 }]);
  });

  test.each(["clear", "lingering"] as const)(
    "begins anew after one that is %s, and tells nothing",
    (level) => {
      const memory = new Remembered();
      memory.take([finding("breached")], twice);
      expect(memory.take([finding(level)], twice)).toEqual([]);
      expect(memory.take([finding("breached")], twice)).toEqual([]);
      expect(memory.take([finding("breached")], twice)).toEqual(["firing lag:search"]);
    },
  );
});

describe("what goes on", () => {
  const steps = (repetition: "configured" | "daily" | "never", hours: number) => {
    const memory = new Remembered();
    const news: number[] = [];
    for (let hour = 0; hour <= hours; hour += 1) {
      const changes = { repetition, atMs: NOON_MS + hour * HOUR_MS };
      if (memory.take([finding("breached")], changes).length > 0) news.push(hour);
    }
    return news;
  };

  test("is told again at the interval of the configuration", () => {
    expect(steps("configured", 9)).toEqual([0, 4, 8]);
  });

  test("is told again once a day, or never, where the rule wants that", () => {
    expect(steps("daily", 50)).toEqual([0, 24, 48]);
    expect(steps("never", 50)).toEqual([0]);
  });
});

describe("an alert that another one silences", () => {
  const lower = (isSilenced: boolean) => finding("breached", { fingerprint: "lag:lower", isSilenced });

  test("is not told, neither that it is over", () => {
    const memory = new Remembered();
    expect(memory.take([lower(true), finding("breached")])).toEqual(["firing lag:search"]);
    expect(memory.take([], { others: GONE })).toEqual(["resolved lag:search"]);
  });

  test("is not repeated, but if it was told it is resolved", () => {
    const memory = new Remembered();
    expect(memory.take([lower(false)])).toEqual(["firing lag:lower"]);
    expect(memory.take([lower(true)], { atMs: NOON_MS + REPEAT_MS })).toEqual([]);
    expect(memory.take([], { others: GONE })).toEqual(["resolved lag:lower"]);
  });

  test("is told once the other is over", () => {
    const memory = new Remembered();
    memory.take([lower(true)]);
    expect(memory.take([lower(false)])).toEqual(["firing lag:lower"]);
  });
});

test("subjects that a rule does not name stay as they are, or are over with a reason", () => {
  const memory = new AlertMemory();
  const at = { nowMs: NOON_MS, repeatMs: REPEAT_MS };
  memory.take(report("lag", [finding("breached")]), at);
  expect(memory.take(report("lag", []), at)).toEqual([]);
  expect(memory.take(report("verify", [], { others: GONE }), at)).toEqual([]);
  const news = memory.take(report("lag", [], { others: GONE }), at);
  expect(news).toMatchObject([{ status: "resolved", text: "The sink is gone." }]);
});

test("what held before watching began is listed, and never told", () => {
  const memory = new Remembered();
  expect(memory.take([finding("breached")], { isOld: true })).toEqual([]);
  expect(memory.take([finding("breached")])).toEqual([]);
  expect(memory.memory.firing()).toHaveLength(1);
  expect(memory.take([finding("clear")])).toEqual([]);
  expect(memory.take([finding("breached")])).toEqual(["firing lag:search"]);
});

test("there is a limit of alerts, and those left out are counted", () => {
  const memory = new AlertMemory();
  const many = Array.from({ length: 1002 }, (_, index) =>
    finding("breached", { fingerprint: `lag:${index}` }),
  );
  expect(memory.take(report("lag", many), { nowMs: NOON_MS, repeatMs: REPEAT_MS })).toHaveLength(1000);
  expect(memory.leftOut).toBe(2);
});
