/** The section `pricing.system`: which usage is of the installation itself. */
import { z } from "zod";
import { DEFAULT_SYSTEM_PATHS } from "../cost/system-usage.ts";

const patterns = z.array(z.string().min(1));

export const systemUsage = z
  .strictObject({
    agents: patterns.default([]).meta({
      description: "Patterns of `agent_id`.",
      examples: [["digest", "finetune-*"]],
    }),
    paths: patterns.default([...DEFAULT_SYSTEM_PATHS]).meta({
      description: "Patterns of `url.template`, the path with its ids replaced.",
    }),
    models: patterns.default([]).meta({
      description: "Patterns of the model that is priced.",
      examples: [["my-fine-tuning-*"]],
    }),
  })
  .meta({
    description:
      "Whose usage is of category `system`: digests, generated training data, tests. One match is enough; `*` in a pattern is any text, `?` any one character.",
  });
