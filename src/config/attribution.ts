/** The section `attribution`: to whom records are put down that do not say it themselves. */
import { z } from "zod";

const PATTERN = "`*` is any text, `?` any one character";

const said = {
  organization_id: z
    .string()
    .min(1)
    .optional()
    .meta({ description: "The organization.", examples: ["acme"] }),
  team: z
    .string()
    .min(1)
    .optional()
    .meta({ description: "The team.", examples: ["search"] }),
  api_key_alias: z
    .string()
    .min(1)
    .optional()
    .meta({ description: "The name of the API key in use.", examples: ["crm-prod"] }),
};

const rule = z
  .strictObject({
    agent: z
      .string()
      .min(1)
      .optional()
      .meta({
        description: `Pattern of \`agent_id\`: ${PATTERN}. Without it any agent.`,
        examples: ["crm-*"],
      }),
    user: z
      .string()
      .min(1)
      .optional()
      .meta({ description: "Pattern of `user_id`. Without it any user.", examples: ["*@acme.example"] }),
    ...said,
  })
  .refine((one) => Object.keys(said).some((name) => one[name as keyof typeof said] !== undefined), {
    error: `expected at least one of ${Object.keys(said).join(", ")}: a rule has to say something`,
  })
  .meta({ description: "What is said of records with a matching agent and user." });

const keyHash = z.string().regex(/^[0-9a-f]{16}$/, {
  error: "expected 16 hexadecimal digits, as `mem0-audit-shipper attribution hash` prints them for a key",
});

export const attribution = z
  .strictObject({
    rules: z.array(rule).default([]).meta({ description: "The first that matches holds." }),
    keys: z
      .record(keyHash, z.string().min(1))
      .default({})
      .meta({
        description:
          "Names of API keys by their hash, which the command `attribution hash` prints. They go before the alias of a rule. Needs `redact_key`.",
        examples: [{ "9f86d081884c7d65": "crm-prod" }],
      }),
  })
  .meta({
    description:
      "To which organization, team and API key records are put down. What a record says itself goes before.",
  });
