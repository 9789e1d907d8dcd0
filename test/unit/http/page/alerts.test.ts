/**
 * Goal: what is wrong stands on the page with its moment, the worst first, and nothing stands there if nothing is wrong.
 * Method: the HTML for reports written by hand.
 */
import { expect, it } from "vitest";
import { type AlertsReport, NOTHING_WATCHED } from "../../../../src/alert/report.ts";
import { alerts, alertsPill } from "../../../../src/http/page/alerts.ts";
import { zoneOf } from "../../budget/sample-budget.ts";
import { NOON_MS } from "../../store/sample-rows.ts";
import { readable } from "./page-of.ts";

type Firing = AlertsReport["firing"][number];

function firing(changes: Partial<Firing> = {}): Firing {
  return {
    version: 1,
    fingerprint: "lag:search",
    rule: "lag",
    status: "firing",
    severity: "warning",
    title: "Delivery to search is late",
    text: "The oldest line waits for 400 s.",
    labels: {},
    value: 400,
    threshold: 300,
    starts_at: "2026-11-21T09:00:00.000Z",
    ends_at: null,
    instance: "",
    told: true,
    ...changes,
  };
}

const watched = { ...NOTHING_WATCHED, enabled: true };
const shown = (report: AlertsReport | undefined, zone = zoneOf("UTC")) => alerts(report, zone, NOON_MS).text;

it("nothing is shown where nothing is watched or nothing fires", () => {
  for (const report of [undefined, NOTHING_WATCHED, watched, { ...watched, resolved: [firing()] }]) {
    expect(shown(report)).toBe('<section id="alerts" data-live hidden></section>');
    expect(readable(alertsPill(report))).toBe("");
  }
});

it("says since when, in the time zone that was asked for", () => {
  const report = { ...watched, firing: [firing()] };
  expect(readable(shown(report))).toContain(
    "warning Delivery to search is late since 2026-11-21 09:00:00 , for 3 h 0 min The oldest line waits for 400 s.",
  );
  expect(readable(shown(report, zoneOf("Asia/Shanghai")))).toContain("since 2026-11-21 17:00:00");
  expect(readable(alertsPill(report))).toBe("1 alert");
});

it("the most severe comes first, what is over last", () => {
  const report = {
    ...watched,
    firing: [firing(), firing({ severity: "critical", title: "search refuses lines" })],
    resolved: [
      firing({ title: "Many requests fail", status: "resolved", ends_at: "2026-11-21T10:00:00.000Z" }),
    ],
  };
  const text = readable(shown(report));
  expect(text).toMatch(
    /search refuses lines.*Delivery to search is late.*Over lately Many requests fail 2026-11-21 09:00:00 to 2026-11-21 10:00:00/,
  );
  expect(readable(alertsPill(report))).toBe("2 alerts");
});

it("texts are text, never HTML", () => {
  const attack = "<script>alert(1)</script>";
  expect(shown({ ...watched, firing: [firing({ title: attack, text: attack })] })).not.toContain("<script>");
});
