/** What the configuration says about documents: redaction, prices and attribution. Made anew at a reload. */
import type { Config } from "../config/load.ts";
import { EmbeddingEstimates } from "../cost/embedding-estimate.ts";
import { createPricing, type Pricing } from "../cost/pricing.ts";
import type { UnpricedModels } from "../cost/unpriced-models.ts";
import type { DocumentRules } from "../document/read.ts";
import { Attribution, type AttributionOptions } from "../record/attribution.ts";
import { Redaction } from "../record/redaction.ts";
import type { Clock } from "../system/clock.ts";
import type { Log } from "../system/log.ts";
import { bodyRules } from "./bodies.ts";

/** The rules of a configuration. */
export function documentRules(config: Config): DocumentRules {
  return {
    redaction: new Redaction({ rules: config.redact, key: config.redact_key }),
    pricing: createPricing({ models: config.models, ...config.pricing }),
    estimates: estimatesOf(config),
    attribution: saysSomething(config.attribution) ? new Attribution(config.attribution) : undefined,
    bodies: bodyRules(config),
  };
}

function estimatesOf({ embeddings }: Config): EmbeddingEstimates | undefined {
  return embeddings.estimate === "none" ? undefined : new EmbeddingEstimates(embeddings.until);
}

function saysSomething({ rules, keys }: AttributionOptions): boolean {
  return rules.length > 0 || Object.keys(keys).length > 0;
}

/**
 * The same rules, but each model without a price is warned about once a day, and once that API keys are dropped, or that
 * embeddings are both recorded and estimated. For one lane only.
 */
export function withWarnings(
  rules: DocumentRules,
  unpriced: UnpricedModels,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): DocumentRules {
  const warnAboutTwofold = once(() => log.warn({}, COUNTED_TWICE));
  const costOf: Pricing["costOf"] = (record, kind, timestamp) => {
    if (record["type"] === "embedding_usage" && rules.estimates?.holdsAt(timestamp)) warnAboutTwofold();
    const cost = rules.pricing.costOf(record, kind, timestamp);
    if (cost.status !== "unpriced") return cost;
    const today = new Date(clock.nowMs()).toISOString().slice(0, 10);
    if (unpriced.isFirstToday(cost, today))
      log.warn(
        { model: cost.model },
        "this model has no price: its records have no cost; see: mem0-audit-shipper prices show MODEL",
      );
    return cost;
  };
  return { ...rules, pricing: { costOf }, onDroppedKey: once(() => log.warn({}, KEYS_ARE_DROPPED)) };
}

const COUNTED_TWICE =
  "the service records its embeddings, and those of the same time are estimated, too, so they count twice; set embeddings.until to the day since which it records them";

const KEYS_ARE_DROPPED =
  "records have API keys (api_key), which are left out since there is no redact_key to hash them with; set redact_key to a secret of your own";

function once(work: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) work();
    isDone = true;
  };
}

/** Says at start what estimates leave out. */
export function warnAboutEstimates({ embeddings }: Config, log: Log): void {
  if (embeddings.estimate === "none") return;
  log.warn(
    {},
    "embeddings are estimated for searches and updates: their calls count, marked as estimated and without tokens unless retrieval details have the query; those of adds and dreams are not known and not counted",
  );
}

/** Says at start which models are only assumed, since the costs hang on it. */
export function warnAboutAssumedModels({ models }: Config, log: Log): void {
  const assumed = [models.llm, models.embedding].filter(({ source }) => source === "default");
  if (assumed.length === 0) return;
  log.warn(
    { models: assumed.map(({ model }) => model) },
    "the service's log names no model and none is configured, so costs are computed with those of its documentation; set models.llm and models.embedding, or LLM_MODEL and EMBEDDING_MODEL",
  );
}
