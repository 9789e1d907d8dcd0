/**
 * Goal: durations and sizes are read as people write them, and written so that they are read the same.
 * Method: tables; every unit; what a schema refuses.
 */
import { expect, test } from "vitest";
import { z } from "zod";
import {
  duration,
  durationMs,
  parseDurationMs,
  parseSizeBytes,
  size,
  sizeBytes,
} from "../../../src/system/units.ts";

test.each([
  ["0ms", 0],
  ["200ms", 200],
  ["1.5s", 1500],
  ["5m", 300_000],
  ["2h", 7_200_000],
  ["7d", 604_800_000],
  ["5 m", 300_000],
])("%s is %d milliseconds", (text, milliseconds) => {
  expect(parseDurationMs(text)).toBe(milliseconds);
});

test.each([
  ["512B", 512],
  ["100kB", 100_000],
  ["64KiB", 65_536],
  ["5MiB", 5_242_880],
  ["1.5MB", 1_500_000],
  ["1GB", 1_000_000_000],
  ["1GiB", 1_073_741_824],
])("%s is %d bytes", (text, bytes) => {
  expect(parseSizeBytes(text)).toBe(bytes);
});

test.each(["", "5", "ms", "-1s", "1e3s", "5 parsecs", "5MS", " 5s", "5s ", "0x5s", "5  s"])(
  "%j is no duration",
  (text) => {
    expect(parseDurationMs(text)).toBeUndefined();
    expect(durationMs.safeParse(text).success).toBe(false);
  },
);

test("what was read is written as shortly as possible, and read the same again", () => {
  for (const [text, written] of [
    ["300000ms", "5m"],
    ["1.5s", "1500ms"],
    ["90s", "90s"],
    ["0s", "0ms"],
    ["24h", "1d"],
  ]) {
    const value = durationMs.parse(text);
    expect(z.encode(durationMs, value)).toBe(written);
    expect(durationMs.parse(written)).toBe(value);
  }
  expect(z.encode(sizeBytes, 5 * 1024 ** 2)).toBe("5MiB");
  expect(z.encode(sizeBytes, 5_000_000)).toBe("5MB");
  expect(z.encode(sizeBytes, 5_000_001)).toBe("5000001B");
});

test("a value outside of its range is refused, naming the range as it was written", () => {
  const pause = duration({ min: "1s", max: "1m" });
  expect(pause.parse("1s")).toBe(1000);
  expect(pause.parse("60s")).toBe(60_000);
  expect(pause.safeParse("61s").error?.issues[0]?.message).toBe("expected a value from 1s to 1m");
  expect(size({ min: "1KiB", max: "1MiB" }).safeParse("1B").success).toBe(false);
});

test("the JSON Schema of a quantity is a text with a pattern", () => {
  const schema = z.toJSONSchema(z.strictObject({ wait: durationMs.prefault("5s") }), { io: "input" });
  const wait = schema.properties?.["wait"];
  expect(wait).toMatchObject({ type: "string", default: "5s" });
  const pattern = new RegExp(String((wait as { pattern: string }).pattern));
  expect(pattern.test("30s")).toBe(true);
  expect(pattern.test("30")).toBe(false);
});
