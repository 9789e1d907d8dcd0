/**
 * Goal: a moment is shown as the clocks of a time zone had it.
 * Method: moments with an offset, in zones before and after a change of the clock.
 */
import { expect, it } from "vitest";
import { formatMoment } from "../../../../src/http/page/moment.ts";
import { zoneOf } from "../../budget/sample-budget.ts";

it("a moment is told in the zone", () => {
  expect(formatMoment("2026-11-21T09:34:55.495655+08:00", zoneOf("UTC"))).toBe("2026-11-21 01:34:55");
  expect(formatMoment("2026-07-01T00:30:00Z", zoneOf("Europe/Berlin"))).toBe("2026-07-01 02:30:00");
  expect(formatMoment("2026-12-01T23:30:00Z", zoneOf("Europe/Berlin"))).toBe("2026-12-02 00:30:00");
});

it("without a zone it is UTC, and what is no moment stays as it is", () => {
  expect(formatMoment("2026-11-21T01:34:55Z", undefined)).toBe("2026-11-21 01:34:55");
  expect(formatMoment("no time", undefined)).toBe("no time");
});
