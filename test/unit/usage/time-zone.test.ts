/**
 * Goal: days begin and end where people in that zone say they do.
 * Method: known dates, and every hour of a year against Intl's own calendar.
 */
import { describe, expect, test } from "vitest";
import { DAY_MS, dayName, dayNumber, TimeZone } from "../../../src/usage/time-zone.ts";

function zoneOf(name: string): TimeZone {
  const zone = TimeZone.find(name);
  if (zone === undefined) throw new Error(`no such zone: ${name}`);
  return zone;
}

function startOf(day: string, zone: string): string {
  return new Date(zoneOf(zone).dayStartMs(dayNumber(day) ?? Number.NaN)).toISOString();
}

test.each([
  ["1970-01-01", 0],
  ["1969-12-31", -1],
  ["2026-11-21", 20_778],
])("%s is day %i", (name, number) => {
  expect(dayNumber(name)).toBe(number);
  expect(dayName(number)).toBe(name);
});

test("years that need a sign keep all of their name", () => {
  // A line's own year has four digits, but the day before or after it may be the zone's.
  expect(dayName((dayNumber("0000-01-01") ?? 0) - 1)).toBe("-000001-12-31");
  expect(dayName((dayNumber("9999-12-31") ?? 0) + 1)).toBe("+010000-01-01");
});

test.each(["2026-02-29", "2026-13-01", "2026-1-1", "20261121", "", "today"])("%j is no day", (text) => {
  expect(dayNumber(text)).toBeUndefined();
});

test("an unknown zone is undefined", () => {
  expect(TimeZone.find("Mars/Olympus")).toBeUndefined();
  expect(TimeZone.find("")).toBeUndefined();
});

test.each([
  ["2026-11-21", "UTC", "2026-11-21T00:00:00.000Z"],
  ["2026-11-21", "Asia/Shanghai", "2026-11-20T16:00:00.000Z"],
  ["2026-11-21", "Asia/Kathmandu", "2026-11-20T18:15:00.000Z"],
  ["2026-03-08", "America/New_York", "2026-03-08T05:00:00.000Z"],
  ["2026-03-09", "America/New_York", "2026-03-09T04:00:00.000Z"],
  ["2026-11-01", "America/New_York", "2026-11-01T04:00:00.000Z"],
  ["2026-11-02", "America/New_York", "2026-11-02T05:00:00.000Z"],
  // Clocks go forward at midnight: the day starts at 01:00.
  ["2018-11-04", "America/Sao_Paulo", "2018-11-04T03:00:00.000Z"],
  // Clocks go back at midnight to 23:00: that hour belongs to the day before, twice.
  ["2018-02-18", "America/Sao_Paulo", "2018-02-18T03:00:00.000Z"],
  // Samoa left out this day altogether.
  ["2011-12-30", "Pacific/Apia", "2011-12-30T10:00:00.000Z"],
])("%s in %s starts at %s", (day, zone, start) => {
  expect(startOf(day, zone)).toBe(start);
});

describe.each([
  "UTC",
  "Asia/Shanghai",
  "America/New_York",
  "Asia/Kathmandu",
  "Australia/Lord_Howe",
  "Africa/Casablanca",
])("in %s", (name) => {
  const zone = zoneOf(name);
  const from = Date.parse("2026-01-01T00:00:00Z");
  const until = Date.parse("2027-01-01T00:00:00Z");

  test("spans of one offset cover a year without a gap and agree with the calendar", () => {
    const calendar = new Intl.DateTimeFormat("en-CA", {
      timeZone: name,
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
    });
    const spans = zone.offsetSpans(from, until);
    expect(spans[0]?.fromMs).toBe(from);
    expect(spans.at(-1)?.untilMs).toBe(until);
    let at = from;
    for (const { fromMs, untilMs, offsetMs } of spans) {
      expect(fromMs).toBe(at);
      for (; at < untilMs; at += DAY_MS / 24)
        expect(dayName(Math.floor((at + offsetMs) / DAY_MS))).toBe(calendar.format(at));
      at = untilMs;
    }
  });

  test("the days of a span are those of its moments, without a gap", () => {
    const [fromMs, untilMs] = [from + 5_000, until - 7_000_000];
    const days = zone.days([{ fromMs, untilMs }]);
    const spans = days.flatMap((one) => one.spans);
    expect([spans[0]?.fromMs, spans.at(-1)?.untilMs]).toEqual([fromMs, untilMs]);
    for (const [index, span] of spans.entries())
      expect(span.untilMs).toBe(spans[index + 1]?.fromMs ?? untilMs);
    for (const { day, spans } of days)
      for (const span of spans)
        expect([zone.dayOf(span.fromMs), zone.dayOf(span.untilMs - 1)]).toEqual([day, day]);
  });

  test("each day starts where the day before ends", () => {
    for (let day = dayNumber("2026-01-01") ?? 0; day < (dayNumber("2027-01-01") ?? 0); day++) {
      const startMs = zone.dayStartMs(day);
      expect([zone.dayOf(startMs - 1), zone.dayOf(startMs)]).toEqual([day - 1, day]);
    }
  });
});

test("a day that comes again after the clock was set back over midnight has two spans", () => {
  // In 2006 the clocks of Newfoundland went back from 00:01 to 23:01.
  const changeMs = Date.parse("2006-10-29T02:31:00Z");
  const days = zoneOf("America/St_Johns").days([
    { fromMs: changeMs - 3_600_000, untilMs: changeMs + 2 * 3_600_000 },
  ]);
  expect(days.map(({ day, spans }) => [dayName(day), spans.length])).toEqual([
    ["2006-10-28", 2],
    ["2006-10-29", 2],
  ]);
});

describe("daysOf", () => {
  const at = (text: string) => Date.parse(`${text}Z`);
  const stretch = (from: string, until: string) => ({ fromMs: at(from), untilMs: at(until) });

  test("are the days of the stretches only", () => {
    const stretches = [
      stretch("0001-01-01T00:00", "0001-01-02T00:00"),
      stretch("2026-11-20T00:00", "2026-11-22T00:00"),
    ];
    const namesIn = (zone: string) =>
      zoneOf(zone)
        .days(stretches)
        .map(({ day }) => dayName(day));
    expect(namesIn("UTC")).toEqual(["0001-01-01", "2026-11-20", "2026-11-21"]);
    expect(namesIn("Etc/GMT-8")).toEqual([
      "0001-01-01",
      "0001-01-02",
      "2026-11-20",
      "2026-11-21",
      "2026-11-22",
    ]);
  });

  test("come once, though two stretches touch them", () => {
    const stretches = [
      stretch("2026-11-20T01:00", "2026-11-20T02:00"),
      stretch("2026-11-20T02:00", "2026-11-20T03:00"),
      stretch("2026-11-20T05:00", "2026-11-20T06:00"),
    ];
    expect(zoneOf("UTC").days(stretches)).toEqual([
      {
        day: dayNumber("2026-11-20"),
        spans: [stretch("2026-11-20T01:00", "2026-11-20T03:00"), stretches[2]],
      },
    ]);
  });
});

test("there are no spans of nothing", () => {
  expect(zoneOf("UTC").offsetSpans(5, 5)).toEqual([]);
});
