/**
 * Goal: which requests took longest, and where the errors are.
 * Method: the HTML for real databases with few rows.
 */
import { afterEach, beforeEach, expect, it } from "vitest";
import { requests } from "../../../../src/http/page/requests.ts";
import type { UsageAccess } from "../../../../src/http/usage-api.ts";
import { requestRow } from "../../store/sample-rows.ts";
import { makeSampleStore, type SampleStore } from "../../store/sample-store.ts";
import { pageOf, readable } from "./page-of.ts";

let sample: SampleStore;
beforeEach(() => {
  sample = makeSampleStore();
});
afterEach(() => sample.remove());

async function requestsOf(address = "", changes: Partial<UsageAccess> = {}) {
  const { view, parameters, query } = await pageOf(sample, address, changes);
  return requests(view, parameters, query.zone);
}

const line = (members: object) => Buffer.from(JSON.stringify(members));

it("the slowest come first, at their moment in the time zone that was asked for", async () => {
  const slow = { path: "/memory/7", status: 200, agent_id: "dev", ts: "2026-11-21T09:34:55.495655+08:00" };
  sample.put([
    requestRow({ elapsedMs: 87, line: line({ path: "/memory/add", ts: "no time" }) }),
    requestRow({ elapsedMs: 1234.5, line: line(slow) }),
  ]);
  expect(readable(await requestsOf())).toContain(
    "At (UTC) /memory/7 1.2 s 200 dev 2026-11-21 01:34:55 /memory/add 87 ms – (none) no time",
  );
  expect(readable(await requestsOf("tz=Asia/Shanghai"))).toContain("1.2 s 200 dev 2026-11-21 09:34:55");
});

it("errors are told by path and status, with their share", async () => {
  const failed = (status: number) => requestRow({ status });
  sample.put([requestRow(), failed(500), failed(500), failed(404)]);
  const { text } = await requestsOf("agent=dev&group_by=user");
  expect(readable(text)).toContain("/memory/add 500 2 66.7 % /memory/add 404 1 33.3 %");
  expect(text).toContain('href="api/v1/usage/errors?agent=dev&amp;format=csv"');
});

it("the rest of many errors is in the file", async () => {
  sample.put(Array.from({ length: 10 }, (_, index) => requestRow({ status: 400 + index })));
  expect(readable(await requestsOf())).toContain("and 2 more: see the CSV");
});

it("says what is not there, and where it can be found", async () => {
  expect(readable(await requestsOf()).match(/Nothing in this period/g)).toHaveLength(2);
  expect(readable(await requestsOf("", { keepsRecords: false }))).toContain(
    "mem0-audit-shipper usage slowest",
  );
});

it("paths are text, never HTML", async () => {
  sample.put([requestRow({ line: line({ path: "<script>", ts: "<script>", agent_id: "<script>" }) })]);
  expect((await requestsOf()).text).not.toContain("<script>");
});
