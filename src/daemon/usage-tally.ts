/** What was spent since the daemon started, for the metrics: added up from what the store's lane commits. */
import { BUCKET_DIMENSION_COLUMNS, type BucketDelta } from "../store/bucket.ts";
import type { UsageCounters } from "./status-report.ts";

/** Distinct agents and models that are told apart; more are one, named `other`. */
const NAMES_MAX = 10_000;

const CATEGORY = BUCKET_DIMENSION_COLUMNS.indexOf("category");
const AGENT = BUCKET_DIMENSION_COLUMNS.indexOf("agent_id");
const MODEL = BUCKET_DIMENSION_COLUMNS.indexOf("model");

export class UsageTally {
  readonly #inputTokens = new Map<string, number>();
  readonly #outputTokens = new Map<string, number>();
  readonly #costs = new Map<string, bigint>();
  readonly #agentCosts = new Map<string, bigint>();
  readonly #unpriced = new Map<string, number>();

  /** Takes in what one commit added. */
  add(deltas: readonly BucketDelta[]): void {
    for (const { dimensions, sums } of deltas) {
      const category = dimensions[CATEGORY];
      if (typeof category !== "string") continue;
      count(this.#inputTokens, category, sums.inputTokens);
      count(this.#outputTokens, category, sums.outputTokens);
      addAmount(this.#costs, category, sums.totalPicousd);
      addAmount(this.#agentCosts, String(dimensions[AGENT] ?? "-"), sums.totalPicousd);
      if (sums.unpricedRecords > 0)
        count(this.#unpriced, String(dimensions[MODEL] ?? "-"), sums.unpricedRecords);
    }
  }

  counters(): UsageCounters {
    return {
      tokens: [
        ...[...this.#inputTokens].map(([category, tokens]) => ({
          category,
          direction: "input" as const,
          count: tokens,
        })),
        ...[...this.#outputTokens].map(([category, tokens]) => ({
          category,
          direction: "output" as const,
          count: tokens,
        })),
      ],
      costs: [...this.#costs].map(([category, picousd]) => ({ category, picousd })),
      agentCosts: [...this.#agentCosts].map(([agent, picousd]) => ({ agent, picousd })),
      unpriced: [...this.#unpriced].map(([model, records]) => ({ model, records })),
    };
  }
}

function knownName(map: ReadonlyMap<string, unknown>, name: string): string {
  return map.has(name) || map.size < NAMES_MAX ? name : "other";
}

function count(map: Map<string, number>, name: string, more: number): void {
  const known = knownName(map, name);
  map.set(known, (map.get(known) ?? 0) + more);
}

function addAmount(map: Map<string, bigint>, name: string, more: bigint): void {
  const known = knownName(map, name);
  map.set(known, (map.get(known) ?? 0n) + more);
}
