/**
 * Goal: the page is whole with and without the embedded store, and bound to its own host.
 * Method: its text. How it looks and works is tested in a browser.
 */
import { afterEach, beforeEach, expect, it } from "vitest";
import { page } from "../../../../src/http/page/document.ts";
import { requestRow, usageRow } from "../../store/sample-rows.ts";
import { makeSampleStore, type SampleStore } from "../../store/sample-store.ts";
import { daemonView } from "../fixture.ts";
import { pageOf } from "./page-of.ts";

let sample: SampleStore;
beforeEach(() => {
  sample = makeSampleStore();
  sample.put([requestRow(), usageRow()]);
});
afterEach(() => sample.remove());

const view = daemonView();
const without = { view, usage: undefined, budgets: undefined, alerts: undefined };

async function whole(problem?: string): Promise<string> {
  return page({ ...without, usage: { ...(await pageOf(sample)), problem } }, 0);
}

it("has every part", async () => {
  const text = await whole();
  const parts = [...text.matchAll(/id="([\w-]+)"[^>]* data-live/g)].map(([, id]) => id);
  expect(parts).toEqual([
    ...["alerts-pill", "verdict", "toolbar", "alerts", "summary"],
    ...["charts", "budgets", "breakdown", "requests", "delivery"],
  ]);
  expect(text).toContain("version 0.1.0");
  expect(text).not.toContain("undefined");
});

it("says what was wrong with its address", async () => {
  expect(await whole("days: <b>")).toContain('<p class="problem" role="alert">days: &lt;b&gt;</p>');
});

it("shows delivery alone if the embedded store is off", () => {
  const text = page(without, 0);
  expect(text).toContain("The embedded store is off");
  expect(text).toContain("Everything is delivered in time");
});

it("has no script or style of its own, and names no other host", async () => {
  const text = await whole();
  expect(text.match(/<script/g)).toHaveLength(2);
  expect(text).not.toMatch(/<style|style=|onclick|javascript:/);
  expect(text).not.toMatch(/(?:https?:)?\/\/\w/);
});
