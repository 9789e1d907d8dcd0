/** The section `embeddings`: what is done about calls that the service does not log. */
import { z } from "zod";

const AN_INSTANT = 'expected a day like "2026-03-01", or an instant like "2026-03-01T14:30:00+08:00"';

export const embeddings = z
  .strictObject({
    estimate: z.enum(["none", "calls"]).default("none").meta({
      description:
        "Whether embeddings are estimated for services that do not record them: `calls` counts those of successful searches and updates, and the tokens of queries where retrieval details have them.",
    }),
    until: z
      .union([z.iso.date(AN_INSTANT), z.iso.datetime({ offset: true, error: AN_INSTANT })])
      .optional()
      .meta({
        description:
          "From when on the service records its embeddings, so that nothing is estimated any more: a day (00:00 UTC) or an instant with its zone.",
        examples: ["2026-03-01", "2026-03-01T14:30:00+08:00"],
      }),
  })
  .meta({ description: "Embeddings that nobody records." });
