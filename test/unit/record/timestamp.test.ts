/**
 * Goal: a text is a time exactly where the servers take it as one, and it is the right time.
 * Method: tables; the values of the valid ones are compared with those of the engine.
 */
import { describe, expect, test } from "vitest";
import { dayStartMs, KnownDay, parseTimestampMs } from "../../../src/record/timestamp.ts";

describe("a time", () => {
  test.each([
    ["2026-04-03T15:24:51.973471+00:00", "2026-04-03T15:24:51.973Z"],
    ["2026-04-03T15:24:51Z", "2026-04-03T15:24:51.000Z"],
    ["2026-04-03T15:24:51.9Z", "2026-04-03T15:24:51.900Z"],
    ["2026-04-03T15:24:51.123456789Z", "2026-04-03T15:24:51.123Z"],
    ["2026-04-03T15:24:51", "2026-04-03T15:24:51.000Z"],
    ["2026-04-03T15:24Z", "2026-04-03T15:24:00.000Z"],
    ["2026-04-03T15:24:51+08:00", "2026-04-03T07:24:51.000Z"],
    ["2026-04-03T15:24:51-0330", "2026-04-03T18:54:51.000Z"],
    ["2026-04-03T01:00:00+18:00", "2026-04-02T07:00:00.000Z"],
    ["2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z"],
    ["1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z"],
    ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"],
    ["9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"],
  ])("%s is %s", (text, expected) => {
    const ms = parseTimestampMs(text);
    expect(ms === undefined ? undefined : new Date(ms).toISOString()).toBe(expected);
  });
});

describe("no time", () => {
  test.each([
    "not a time",
    "",
    "2026-04-03",
    "2026-04-03 15:24:51",
    "2026-04-03T24:00:00Z",
    "2026-04-03T15:60:00Z",
    "2026-04-03T15:24:60Z",
    "2026-13-03T15:24:51Z",
    "2026-00-03T15:24:51Z",
    "2026-04-31T15:24:51Z",
    "2026-02-29T15:24:51Z",
    "2026-04-00T15:24:51Z",
    "2026-04-03T15:24:51+19:00",
    "2026-04-03T15:24:51+08:60",
    "2026-04-03T15:24:51.Z",
    "2026-04-03T15:24:51.1234567890Z",
    "2026-04-03T15:24:51Z ",
    " 2026-04-03T15:24:51Z",
    "2026-04-03T15:24:51z",
    "26-04-03T15:24:51Z",
    "+002026-04-03T15:24:51Z",
    "٢٠٢٦-04-03T15:24:51Z",
  ])("is in %j", (text) => {
    expect(parseTimestampMs(text)).toBeUndefined();
  });

  test.each([undefined, null, 1_775_000_000, true, ["2026-04-03T15:24:51Z"], {}])("is in %j", (value) => {
    expect(parseTimestampMs(value)).toBeUndefined();
  });
});

test.each([
  ["2026-04-03", Date.UTC(2026, 3, 3)],
  ["2024-02-29", Date.UTC(2024, 1, 29)],
  ["2026-02-29", undefined],
  ["2026-02-31", undefined],
  ["2026-04-31", undefined],
])("the day %s starts at %s", (day, expected) => {
  expect(dayStartMs(day)).toBe(expected);
});

test("days are known, one after the other", () => {
  const days = new KnownDay();
  expect(days.has("2026-04-03T00:00:00Z")).toBe(true);
  expect(days.has("2026-04-03T23:00:00Z")).toBe(true);
  expect(days.has("2026-04-31T00:00:00Z")).toBe(false);
  expect(days.has("2026-04-31T00:00:00Z")).toBe(false);
  expect(days.has("2026-04-04T00:00:00Z")).toBe(true);
});
