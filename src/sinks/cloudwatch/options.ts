/** The options of a sink of type `cloudwatch`. */
import { z } from "zod";
import { duration, size } from "../../system/units.ts";
import { awsRegion, batchOptions, maxInFlight, retryOptions, tlsOptions } from "../options.ts";
import { cloudWatchSetupOptions } from "./setup/options.ts";

/** What PutRetentionPolicy takes (API reference of CloudWatch Logs). */
const RETENTION_DAYS = [
  ...[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731],
  ...[1096, 1827, 2192, 2557, 2922, 3288, 3653],
];

const NAME_LENGTH_MAX = 512;

const PLACEHOLDER = /\{(?:instance_id|hostname|date)\}/g;

/** Why `template` cannot be the option `log_stream`; undefined if it can. */
function logStreamProblem(template: string): string | undefined {
  const wrong = /[:*{}]/.exec(template.replace(PLACEHOLDER, ""));
  return wrong === null
    ? undefined
    : `expected the name of a log stream with {instance_id}, {hostname} or {date} in it, found "${wrong[0]}"`;
}

const batch = batchOptions
  .extend({
    max_bytes: size({ min: "1KiB", max: "1MiB" }).prefault("1MiB").meta({
      description: "Size of one request as the service counts it: UTF-8, and 26 bytes for each line.",
    }),
    max_records: z.int().min(1).max(10_000).default(10_000).meta({ description: "Lines of one request." }),
    max_wait: duration({ min: "0ms", max: "1m" }).prefault("1s").meta({
      description:
        "How long a busy lane waits to fill a request. A lane that was idle for as long sends its first line at once.",
    }),
  })
  .meta({ description: "How large one request becomes; the upper limits are those of the service." });

const readBack = z
  .strictObject({
    interval: duration({ min: "0ms", max: "1m" })
      .prefault("5s")
      .meta({ description: "Pause between two reads; two that find the same are believed." }),
    max: duration({ min: "0ms", max: "10m" })
      .prefault("30s")
      .meta({ description: "After so long the last read is believed. `0ms`: the stream is never read." }),
  })
  .meta({
    description:
      "How the stream is read at start and after a lost answer, so that no line is sent twice: the service itself keeps every copy.",
  });

export const cloudWatchOptions = z.strictObject({
  log_group: z
    .string()
    .max(NAME_LENGTH_MAX)
    .regex(/^(?!aws\/)[-._/#A-Za-z0-9]+$/, "expected letters, digits and - . _ / #, not beginning with aws/")
    .default("/mem0/audit-logs")
    .meta({ description: "Name of the log group." }),
  log_stream: z
    .string()
    .min(1)
    .max(NAME_LENGTH_MAX)
    .check(({ value, issues }) => {
      const message = logStreamProblem(value);
      if (message !== undefined) issues.push({ code: "custom", input: value, message });
    })
    .default("{instance_id}")
    .meta({
      description:
        "Name of the log stream, with `{instance_id}` (outside of EC2 the host name), `{hostname}` or `{date}` (the day of the file, of the record where the file's name has none) in it. What the first two stand for is kept in the state folder.",
    }),
  region: awsRegion,
  endpoint: z
    .url({
      protocol: /^https?$/,
      error: "expected a URL like https://vpce-0123.logs.us-east-1.vpce.amazonaws.com",
    })
    .optional()
    .meta({
      description:
        "Another address than the region's public one: that of a VPC endpoint or of a test server.",
      examples: ["https://vpce-0123.logs.us-east-1.vpce.amazonaws.com"],
    }),
  create: z.boolean().default(true).meta({
    description: "Whether the daemon makes the log group and the log streams that are missing.",
  }),
  retention_days: z
    .literal(RETENTION_DAYS)
    .optional()
    .meta({
      description:
        "After how many days the service deletes events; put on the group at start. Without it the group's own setting stays.",
      examples: [90],
    }),
  metrics: z.enum(["none", "emf"]).default("none").meta({
    description: "`emf`: tokens, cost, requests and errors become CloudWatch metrics, which cost money.",
  }),
  tls: tlsOptions.prefault({}),
  batch: batch.prefault({}),
  max_in_flight: maxInFlight,
  retry: retryOptions.prefault({}),
  request_timeout: duration({ min: "1s", max: "10m" })
    .prefault("60s")
    .meta({ description: "How long one request may take, its answer included." }),
  read_back: readBack.prefault({}),
  setup: cloudWatchSetupOptions.prefault({}),
});
export type CloudWatchOptions = z.output<typeof cloudWatchOptions>;
