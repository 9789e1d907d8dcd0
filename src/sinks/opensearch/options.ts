/** The options of a sink of type `opensearch`. */
import { z } from "zod";
import { duration } from "../../system/units.ts";
import { indexNameProblem } from "../bulk/index-name.ts";
import { searchSetupOptions } from "../bulk/setup/options.ts";
import { authOptions, batchOptions, compression, maxInFlight, retryOptions, tlsOptions } from "../options.ts";

const endpoint = z.url({ protocol: /^https?$/, error: "expected a URL like https://opensearch:9200" });

export const openSearchOptions = z.strictObject({
  endpoints: z
    .array(endpoint)
    .min(1)
    .check(({ value, issues }) => {
      if (new Set(value.map((text) => new URL(text).origin)).size < value.length) {
        issues.push({ code: "custom", input: value, message: "expected each server once, found one twice" });
      }
    })
    .meta({
      description:
        "Addresses of the nodes of one cluster. They take turns, and one that is down is left out.",
      examples: [["https://opensearch:9200"]],
    }),
  index: z
    .string()
    .check(({ value, issues }) => {
      const message = indexNameProblem(value);
      if (message !== undefined) issues.push({ code: "custom", input: value, message });
    })
    .default("mem0-audit-logs-{yyyy.MM.dd}")
    .meta({
      description:
        "Name of the index, with the day of the file in it; the record's day (UTC) where the file's name has none.",
    }),
  template: z.enum(["auto", "off"]).default("auto").meta({
    description: "`auto`: put the index template at start if the server has none of that name.",
  }),
  auth: authOptions(["basic", "api_key", "bearer", "sigv4"]).optional(),
  tls: tlsOptions.prefault({}),
  batch: batchOptions.prefault({}),
  max_in_flight: maxInFlight,
  compression,
  retry: retryOptions.prefault({}),
  request_timeout: duration({ min: "1s", max: "10m" })
    .prefault("60s")
    .meta({ description: "How long one request may take, its answer included." }),
  setup: searchSetupOptions.prefault({}),
});
export type OpenSearchOptions = z.output<typeof openSearchOptions>;
