/** The section `bodies`: where the private part of retrieval details is kept apart from documents. */
import { z } from "zod";
import { secret } from "../../system/secret.ts";
import { duration } from "../../system/units.ts";
import { awsRegion, maxInFlight, retryOptions, tlsOptions } from "../options.ts";

/** Bytes of a customer's key: AES-256. */
const CUSTOMER_KEY_BYTES = 32;

/** Ten years, as for logs; for ever without it. */
const RETENTION_DAYS_MAX = 3653;

const retentionDays = z
  .int()
  .min(1)
  .max(RETENTION_DAYS_MAX)
  .optional()
  .meta({
    description:
      "After so many days bodies are deleted: day folders by the daemon, objects by the lifecycle rule that `setup` puts on the prefix. Without it they stay.",
    examples: [30],
  });

const fileOptions = z.strictObject({
  store: z.literal("file").meta({ description: "In day folders of this machine." }),
  directory: z
    .string()
    .min(1)
    .optional()
    .meta({
      description:
        "With `store: file`: folder of the day folders, made with mode 0700. Without it `bodies` in `state_dir`. Relative paths start at the working directory.",
      examples: ["/var/lib/mem0-bodies"],
    }),
  retention_days: retentionDays,
  retry: retryOptions.prefault({}),
});

const sse = z
  .strictObject({
    algorithm: z.enum(["AES256", "aws:kms"]).optional().meta({
      description: "Asked of the service for each object. Without it the default of the bucket holds.",
    }),
    key_id: z
      .string()
      .min(1)
      .optional()
      .meta({
        description: "Key of KMS, with `aws:kms`. Without it the default key of the account.",
        examples: ["arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"],
      }),
    customer_key: secret(
      "Key of your own (SSE-C), 32 bytes in base64, sent with each object and kept by nobody else: what it has encrypted is lost with it.",
    )
      .refine(
        (key) => /^[A-Za-z0-9+/]+=*$/.test(key) && Buffer.from(key, "base64").length === CUSTOMER_KEY_BYTES,
        "expected 32 bytes in base64, as from: openssl rand -base64 32",
      )
      .optional(),
  })
  .superRefine(({ algorithm, key_id, customer_key }, context) => {
    const message =
      key_id !== undefined && algorithm !== "aws:kms"
        ? "expected algorithm: aws:kms beside key_id"
        : customer_key !== undefined && algorithm !== undefined
          ? "expected either algorithm or customer_key"
          : undefined;
    if (message !== undefined) context.addIssue({ code: "custom", message });
  })
  .meta({ description: "Encryption at rest by the service." });

const s3Options = z.strictObject({
  store: z.literal("s3").meta({ description: "In a bucket of S3, or of a server that speaks S3." }),
  bucket: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "expected the name of a bucket, without s3://")
    .meta({
      description: "With `store: s3`: name of the bucket, which must exist.",
      examples: ["mem0-bodies"],
    }),
  prefix: z
    .string()
    .max(512)
    .regex(
      /^(?:[A-Za-z0-9!_.*'()=-]+(?:\/[A-Za-z0-9!_.*'()=-]+)*)?$/,
      "expected letters, digits and ! - _ . * ' ( ) = /, without a slash at either end",
    )
    .default("bodies")
    .meta({ description: "What the names of objects begin with, before the day." }),
  region: awsRegion,
  endpoint: z
    .url({ protocol: /^https?$/, error: "expected a URL like https://minio.example:9000" })
    .optional()
    .meta({
      description:
        "Another address than the region's public one: that of a VPC endpoint or of another server.",
      examples: ["https://minio.example:9000"],
    }),
  force_path_style: z.boolean().default(false).meta({
    description:
      "Whether the bucket stands in the path instead of the host name; most other servers want it.",
  }),
  sse: sse.prefault({}),
  retention_days: retentionDays,
  tls: tlsOptions.prefault({}),
  max_in_flight: maxInFlight.default(8),
  retry: retryOptions.prefault({}),
  request_timeout: duration({ min: "1s", max: "10m" })
    .prefault("60s")
    .meta({ description: "How long one request may take, its answer included." }),
});

export const bodiesOptions = z.discriminatedUnion("store", [fileOptions, s3Options]).meta({
  description:
    "Keeps the private part of retrieval details (`query`, `results`) apart; documents then have `event.reference` and `event.hash`. Without it that part is dropped, or what `redact` says.",
});

export type BodiesOptions = z.output<typeof bodiesOptions>;
export type FileBodiesOptions = z.output<typeof fileOptions>;
export type S3BodiesOptions = z.output<typeof s3Options>;
