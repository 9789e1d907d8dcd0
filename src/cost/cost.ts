/** The cost object of a usage record: a list price, computed here. */
import type { TokenRates } from "./money.ts";

export const COST_CATEGORIES = ["llm", "embedding", "system"] as const;
export type CostCategory = (typeof COST_CATEGORIES)[number];
export type CostStatus = "priced" | "free" | "unpriced" | "fallback";
export type CostQuality =
  | "over_count_suspected"
  | "uniform_calls"
  | "max_tokens_hit"
  | "tokens_inconsistent"
  | "estimated";
export type ModelSource = "record" | "config" | "env" | "default";

export interface Cost {
  readonly category: CostCategory;
  readonly model: string;
  readonly modelSource: ModelSource;
  readonly status: CostStatus;
  /** Which row of which catalog; undefined if the model has no price. */
  readonly priceId: string | undefined;
  /** The rates of that price; they are no part of the cost object that is shipped. */
  readonly rates?: TokenRates | undefined;
  /** Exact amounts in pico-dollars; all undefined if unpriced: unknown is not zero. */
  readonly inputPicousd: bigint | undefined;
  readonly outputPicousd: bigint | undefined;
  readonly totalPicousd: bigint | undefined;
  /** As logged; 0 where the record has no count. */
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly quality: readonly CostQuality[];
  /** With `uniform_calls`: the total divided by the calls, in US dollars. */
  readonly lowerBoundUsd: number | undefined;
}
