/**
 * Goal: on what the real service wrote, over-counted records are remarked on and sound ones are not.
 * Method: its own lines of a concurrent and of a sequential run, priced; sums are added up here by themselves.
 */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { chooseModels } from "../../../src/cost/models.ts";
import { displayUsd } from "../../../src/cost/money.ts";
import { createPricing } from "../../../src/cost/pricing.ts";
import type { AuditRecord } from "../../../src/record/record.ts";

const pricing = createPricing({
  region: "us-east-1",
  overrides: [],
  aliases: {},
  multiplier: "1",
  models: chooseModels({}, {}),
});

function costsOf(name: string) {
  return readFileSync(`test/fixtures/audit/${name}`, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as AuditRecord)
    .filter((record) => record["type"] === "token_usage")
    .map((record) => pricing.costOf(record, "token_usage", String(record["ts"])));
}

it("all 14 usage records of the concurrent run are suspect: reported $0.5489, at least $0.5155", () => {
  const costs = costsOf("concurrent-audit-2026-11-21.jsonl");
  expect(costs).toHaveLength(14);
  for (const { quality } of costs) expect(quality).toContain("over_count_suspected");
  const total = costs.reduce((sum, cost) => sum + (cost.totalPicousd ?? 0n), 0n);
  const atLeast = costs.reduce(
    (sum, { totalPicousd = 0n, lowerBoundUsd }) =>
      sum + (lowerBoundUsd === undefined ? totalPicousd : BigInt(Math.round(lowerBoundUsd * 1e12))),
    0n,
  );
  expect([displayUsd(total), displayUsd(atLeast)]).toEqual(["$0.5489", "$0.5155"]);
});

it("none of the sequential run is", () => {
  const costs = costsOf("sequential-audit-2026-11-21.jsonl");
  expect(costs).toHaveLength(10);
  for (const { quality } of costs) expect(quality).toEqual([]);
});
