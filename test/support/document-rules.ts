/** What a configuration without any setting says about documents. */
import { chooseModels } from "../../src/cost/models.ts";
import { createPricing } from "../../src/cost/pricing.ts";
import type { DocumentRules } from "../../src/document/read.ts";
import { Redaction, type RedactionOptions } from "../../src/record/redaction.ts";

/** Default prices, with these redaction rules. */
export function documentRules(
  rules: RedactionOptions["rules"] = {},
  key: string | undefined = undefined,
): DocumentRules {
  return {
    redaction: new Redaction({ rules, key }),
    pricing: createPricing({
      models: chooseModels({}, {}),
      region: "us-east-1",
      overrides: [],
      aliases: {},
      multiplier: "1",
    }),
  };
}
