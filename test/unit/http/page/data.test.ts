/**
 * Goal: the page asks for what its address says.
 * Method: a real database with few rows.
 */
import { afterEach, beforeEach, expect, it } from "vitest";
import { requestRow, usageRow } from "../../store/sample-rows.ts";
import { makeSampleStore, type SampleStore } from "../../store/sample-store.ts";
import { pageOf } from "./page-of.ts";

let sample: SampleStore;
beforeEach(() => {
  sample = makeSampleStore();
  sample.put([
    requestRow({ line: Buffer.from('{"path":"/memory/add"}') }),
    requestRow({ agentId: "ops", status: 500 }),
    requestRow({ routeGroup: "system", urlTemplate: "/health" }),
    usageRow(),
  ]);
});
afterEach(() => sample.remove());

it("without parameters it is about the agents of 30 days", async () => {
  const { view } = await pageOf(sample);
  expect(view.overview.spans.starts).toHaveLength(30);
  expect(view.dimension).toBe("agent");
  expect(view.breakdown.groups.map(({ values }) => values)).toEqual([["dev"], ["ops"]]);
  expect(view.errors).toMatchObject({ total: 2, errors: 1 });
  expect(view.slowest).toHaveLength(2);
  expect(view.isComplete).toBe(true);
});

it("a filter goes for every part, but leaves all to choose from", async () => {
  const { view } = await pageOf(sample, "agent=ops&group_by=route");
  expect(view.overview.all.totals).toMatchObject({ requests: 1, errors: 1, usageRecords: 0 });
  expect(view.breakdown.groups.map(({ values }) => values)).toEqual([["memory_create"]]);
  expect(view.slowest).toHaveLength(1);
  expect(view.choices).toMatchObject({ agent: ["dev", "ops"], model: ["haiku"], key: [] });
});

it("health checks are nothing to choose", async () => {
  expect((await pageOf(sample)).view.choices.route_group).toEqual(["memory_create"]);
});

it("nothing is said of single requests where they are not kept", async () => {
  expect((await pageOf(sample, "", { keepsRecords: false })).view.slowest).toBeUndefined();
});
