/**
 * Goal: the form shows what was asked, and offers what can be asked.
 * Method: the HTML for addresses and a real database with few rows.
 */
import { afterEach, beforeEach, expect, it } from "vitest";
import { toolbar } from "../../../../src/http/page/toolbar.ts";
import { requestRow } from "../../store/sample-rows.ts";
import { makeSampleStore, type SampleStore } from "../../store/sample-store.ts";
import { pageOf, readable } from "./page-of.ts";

let sample: SampleStore;
beforeEach(() => {
  sample = makeSampleStore();
  sample.put([requestRow(), requestRow({ agentId: "ops & co", routeGroup: "memory_search" })]);
});
afterEach(() => sample.remove());

async function toolbarOf(address = ""): Promise<string> {
  const { parameters, query, view } = await pageOf(sample, address);
  return toolbar(parameters, query, view.choices).text;
}

it("the period is marked and written out", async () => {
  const text = await toolbarOf();
  expect(text).toContain('<a href="./?days=30" data-soft aria-current="true">30 days</a>');
  expect(text).toContain('name="from" value="2026-10-23"');
  expect(text).toContain('name="to" value="2026-11-21"');
  expect(text).toContain('name="tz" value="UTC"');
});

it("a period of one's own is none of the usual ones", async () => {
  expect(await toolbarOf("from=2026-10-23&to=2026-11-20")).not.toContain("aria-current");
});

it("filters offer what there is, routes by their names, and are left out where there is nothing", async () => {
  const text = await toolbarOf();
  expect(readable(text)).toContain("Route All Create Search Agent All dev ops &amp; co User All boss Show");
  expect(text).not.toContain("Clear filters");
});

it("what was chosen stays chosen, even if it is gone", async () => {
  const text = await toolbarOf("days=7&agent=gone&group_by=user");
  expect(text).toContain('<option value="gone" selected>gone</option>');
  expect(text).toContain('<a class="reset" href="./?days=7&amp;group_by=user" data-soft>Clear filters</a>');
  expect(text).toContain('name="group_by" value="user"');
});
