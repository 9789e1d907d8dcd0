/**
 * Goal: the usage API answers the days, filters and formats it was asked for, and says no in one sentence.
 * Method: its paths called directly, on a real database with few rows and a clock that stands still.
 */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type UsageAccess, usageRoutes } from "../../../src/http/usage-api.ts";
import { NOON_MS, requestRow, usageRow } from "../store/sample-rows.ts";
import { makeSampleStore, type SampleStore } from "../store/sample-store.ts";
import { usageOf } from "./fixture.ts";

let sample: SampleStore;
beforeEach(() => {
  sample = makeSampleStore();
  sample.put([
    requestRow({
      elapsedMs: 900,
      line: Buffer.from('{"path":"/memory/add","agent_id":"dev","elapsed_ms":900}'),
    }),
    requestRow({ agentId: "ops", status: 500, elapsedMs: 5 }),
    usageRow(),
    requestRow({ timestampMs: Date.parse("2026-11-19T12:00:00Z") }),
  ]);
});
afterEach(() => sample.remove());

async function ask(address: string, changes: Partial<UsageAccess> = {}) {
  const [path = "", query = ""] = address.split("?");
  const route = usageRoutes(usageOf(sample, changes), () => NOON_MS).get(path);
  if (route === undefined) throw new Error(`no route ${path}`);
  const { status, contentType, headers, body } = await route(new URLSearchParams(query));
  return {
    status,
    contentType,
    headers,
    body: contentType.startsWith("application/json") ? JSON.parse(body) : body,
  };
}

describe("/api/v1/usage", () => {
  it("ends today, in the zone of the question", async () => {
    expect((await ask("/api/v1/usage?days=2")).body).toMatchObject({
      range: { start: "2026-11-20", end: "2026-11-21" },
      series: { total: [0, 2] },
      complete: true,
    });
    expect((await ask("/api/v1/usage?days=2&tz=Pacific/Auckland")).body).toMatchObject({
      range: { start: "2026-11-21", end: "2026-11-22" },
      series: { total: [0, 2] },
    });
  });

  it("has the days from one to another", async () => {
    expect((await ask("/api/v1/usage?from=2026-11-18&to=2026-11-20")).body).toMatchObject({
      labels: ["2026-11-18", "2026-11-19", "2026-11-20"],
      series: { total: [0, 1, 0] },
    });
  });

  it.each([
    ["agent=ops", { total_requests: 1, error_count: 1, total_usd: "0" }],
    ["agent=nobody", { total_requests: 0, total_usd: "0" }],
    ["route_group=memory_create", { total_requests: 3, total_usd: "0.1858048" }],
    ["route_group=memory_search", { total_requests: 0, total_usd: "0" }],
    ["model=haiku", { total_requests: 0, total_usd: "0.1858048" }],
    ["category=embedding", { total_requests: 0, total_usd: "0" }],
  ])("counts only %s", async (filter, summary) => {
    expect((await ask(`/api/v1/usage?${filter}`)).body).toMatchObject({ summary });
  });

  it("says where lines are still to be taken in", async () => {
    expect((await ask("/api/v1/usage", { isComplete: () => false })).body).toMatchObject({ complete: false });
  });

  it("is a file for a spreadsheet, too", async () => {
    const answer = await ask("/api/v1/usage?days=2&group_by=agent&format=csv");
    expect(answer).toMatchObject({
      contentType: "text/csv; charset=utf-8",
      headers: { "Content-Disposition": 'attachment; filename="usage-2026-11-20-2026-11-21.csv"' },
    });
    expect(answer.body).toMatch(/^day,agent,requests,errors,.*\r\n2026-11-21,dev,1,0,.*,0\.1858048,/);
  });
});

describe("/api/v1/usage/slowest", () => {
  it("lists the slowest requests of the question", async () => {
    const { body } = await ask("/api/v1/usage/slowest?limit=1");
    expect(body.rows).toMatchObject([{ path: "/memory/add", elapsed_ms: 900, agent_id: "dev" }]);
    expect((await ask("/api/v1/usage/slowest?agent=ops")).body.rows).toHaveLength(1);
  });

  it("is a file, too", async () => {
    const { body } = await ask("/api/v1/usage/slowest?limit=1&format=csv");
    expect(body).toBe(
      "path,elapsed_ms,agent_id,user_id,status,ts\r\n/memory/add,900,dev,,,2026-11-21T12:00:00.000Z\r\n",
    );
  });

  it("is not known where single requests are not kept", async () => {
    const answer = await ask("/api/v1/usage/slowest", { keepsRecords: false });
    expect(answer).toMatchObject({ status: 404, body: { error: expect.stringContaining("store.records") } });
  });
});

describe("/api/v1/usage/errors", () => {
  it("counts errors by status and path", async () => {
    const rows = [{ status: 500, path: "/memory/add", requests: 1 }];
    expect((await ask("/api/v1/usage/errors")).body).toEqual({ total: 3, errors: 1, rate: 1 / 3, rows });
    expect((await ask("/api/v1/usage/errors?format=csv")).body).toBe(
      "status,path,requests\r\n500,/memory/add,1\r\n",
    );
  });
});

it.each([
  ["/api/v1/usage?limit=3", "found"],
  ["/api/v1/usage/slowest?group_by=agent", "found"],
  ["/api/v1/usage/errors?days=x", "days: expected a whole number"],
])("%s is refused in one sentence", async (address, sentence) => {
  expect(await ask(address)).toMatchObject({
    status: 400,
    body: { error: expect.stringContaining(sentence) },
  });
});

it("says so if the embedded store is off", async () => {
  for (const route of usageRoutes(undefined, () => NOON_MS).values()) {
    const { status, body } = await route(new URLSearchParams());
    expect(status).toBe(404);
    expect(body).toContain("store.enabled");
  }
});
