/** The rule `unpriced`: a model has no price, so what it costs is in no sum. */
import type { UnpricedModel } from "../store/unpriced-query.ts";
import { type RuleReport, report } from "./alert.ts";

/** A model that nobody used for so long is no trouble any more. */
export const UNPRICED_SPAN_MS = 24 * 60 * 60 * 1000;

/** More models without a price than this are one mistake in the configuration, and told by these. */
export const UNPRICED_MODELS_MAX = 100;

/**
 * @param models those that had no price within the last day
 * @param isPriced whether a model has one by now
 */
export function judgeUnpriced(
  models: readonly UnpricedModel[],
  isPriced: (model: string) => boolean,
): RuleReport {
  const findings = models
    .filter(({ model }) => !isPriced(model))
    .map(({ model, records }) => ({
      fingerprint: `unpriced:${model}`,
      rule: "unpriced" as const,
      severity: "warning" as const,
      level: "breached" as const,
      title: `No price for ${model}`,
      text: `${records} usage records of the last day have no cost, because the model ${model} has no price; totals and budgets are too low. See: mem0-audit-shipper prices explain MODEL`,
      labels: { model },
      value: records,
      threshold: 0,
    }));
  const others = {
    level: "clear" as const,
    text: "The model has a price now, or was not used for a day.",
  };
  return report("unpriced", findings, { others, repetition: "never" });
}
