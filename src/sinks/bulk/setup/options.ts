/** The option `setup` of a sink that writes into a search server. */
import { z } from "zod";
import { duration } from "../../../system/units.ts";

const DAY_MS = 86_400_000;

export const searchSetupOptions = z
  .strictObject({
    retention: duration({ min: "1d", max: "36500d" })
      .refine((durationMs) => durationMs % DAY_MS === 0, "expected whole days, like 30d")
      .optional()
      .meta({
        description: "How long an index is kept from its creation on. Without it nothing is ever deleted.",
        examples: ["30d"],
      }),
    dashboards: z
      .url({ protocol: /^https?$/, error: "expected a URL like https://dashboards:5601" })
      .optional()
      .meta({
        description:
          "Address of OpenSearch Dashboards or Kibana, which gets a dashboard; the credentials are those of the sink.",
        examples: ["https://dashboards:5601"],
      }),
  })
  .meta({ description: "What the command `setup` makes besides the index template and the alias." });
export type SearchSetupOptions = z.output<typeof searchSetupOptions>;

/** A retention as the servers write it: `30d`. */
export function formatDays(durationMs: number): string {
  return `${durationMs / DAY_MS}d`;
}
