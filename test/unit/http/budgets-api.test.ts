/**
 * Goal: `/api/v1/budgets` answers how every budget stands, and says no in one sentence.
 * Method: the route called directly, on a real database with few rows and a clock that stands still.
 */
import { afterEach, beforeEach, expect, it } from "vitest";
import { BudgetBoard } from "../../../src/daemon/budget-board.ts";
import { createRoutes } from "../../../src/http/routes.ts";
import { silentLog } from "../../../src/system/log.ts";
import { UsageFault } from "../../../src/usage/source.ts";
import { StoreUsage } from "../../../src/usage/store-source.ts";
import { budget, UTC } from "../budget/sample-budget.ts";
import { usageRow } from "../store/sample-rows.ts";
import { makeSampleStore, type SampleStore } from "../store/sample-store.ts";
import { daemonView, noonClock, usageOf } from "./fixture.ts";

let sample: SampleStore;
beforeEach(() => {
  sample = makeSampleStore();
  sample.put([
    usageRow({ timestampMs: Date.parse("2026-11-19T12:00:00Z") }),
    usageRow(),
    usageRow({ agentId: "ops" }, { totalPicousd: undefined, status: "unpriced" }),
  ]);
});
afterEach(() => sample.remove());

async function ask(path: string, board: BudgetBoard | undefined) {
  const [name = "", query = ""] = path.split("?");
  const sources = {
    view: daemonView({ lanes: [] }),
    usage: usageOf(sample),
    budgets: board,
    clock: noonClock,
  };
  const answer = await createRoutes(sources)
    .get(name)
    ?.answer({ query: new URLSearchParams(query), isTrusted: true });
  return { status: answer?.status, body: answer?.body ?? "" };
}

function boardOf(...budgets: ReturnType<typeof budget>[]): BudgetBoard {
  const rules = { budgets, zone: UTC };
  return new BudgetBoard(new StoreUsage(sample.store.database), rules, { clock: noonClock, log: silentLog });
}

it("has a row for each budget and value", async () => {
  const board = boardOf(
    budget(),
    budget({ name: "agents", scope: "agent", overrides: new Map([["dev", 300_000_000_000n]]) }),
  );
  const { status, body } = await ask("/api/v1/budgets", board);
  expect(status).toBe(200);
  const day = { period: "day", range: { start: "2026-11-21", end: "2026-11-21" }, thresholds: [0.5, 0.8, 1] };
  // Half of the day is left, and one record came in the two days before.
  const spent = { ...day, spent_usd: "0.1858048", forecast_usd: "0.232256", suspect_records: 0 };
  expect(JSON.parse(body)).toEqual({
    tz: "UTC",
    rows: [
      {
        ...spent,
        budget: "everything",
        scope: "all",
        value: null,
        amount_usd: "1",
        spent_ratio: 0.1858048,
        crossed: [],
        unpriced_records: 1,
        partial: true,
      },
      {
        ...spent,
        budget: "agents",
        scope: "agent",
        value: "dev",
        amount_usd: "0.3",
        spent_ratio: 0.1858048 / 0.3,
        crossed: [0.5],
        unpriced_records: 0,
        partial: false,
      },
      {
        ...day,
        budget: "agents",
        scope: "agent",
        value: "ops",
        amount_usd: "1",
        spent_usd: "0",
        spent_ratio: 0,
        forecast_usd: "0",
        crossed: [],
        unpriced_records: 1,
        suspect_records: 0,
        partial: true,
      },
    ],
  });
});

it("without budgets has no rows", async () => {
  expect((await ask("/api/v1/budgets", boardOf())).body).toBe('{"tz":"UTC","rows":[]}\n');
});

it("takes no parameters", async () => {
  expect(await ask("/api/v1/budgets?agent=dev", boardOf())).toEqual({
    status: 400,
    body: '{"error":"expected no parameters, found \\"agent\\""}\n',
  });
});

it("without the embedded store there is nothing to tell", async () => {
  const { status, body } = await ask("/api/v1/budgets", undefined);
  expect(status).toBe(404);
  expect(body).toContain("store.enabled");
});

it("says so if it cannot be told", async () => {
  const source = new StoreUsage(sample.store.database);
  source.groups = () => Promise.reject(new UsageFault("the disk is gone"));
  const rules = { budgets: [budget()], zone: UTC };
  const board = new BudgetBoard(source, rules, { clock: noonClock, log: silentLog });
  const { status, body } = await ask("/api/v1/budgets", board);
  expect(status).toBe(503);
  expect(body).toContain("the daemon's log says why");
  expect((await ask("/metrics", board)).body).not.toContain("budget");
});

it("the metrics tell of the budgets, too", async () => {
  const { body } = await ask("/metrics", boardOf(budget()));
  expect(body).toContain('mem0_audit_budget_spent_ratio{budget="everything",value="all"} 0.1858048\n');
});
