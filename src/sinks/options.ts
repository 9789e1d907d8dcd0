/**
 * Pieces of configuration that several kinds of sinks share.
 *
 * Write options without `.transform()`: `check` prints the effective configuration by encoding it back, so
 * whatever is decoded has to be a codec. Text values get their default by `.prefault("5MiB")`.
 */
import { z } from "zod";
import { secret } from "../system/secret.ts";
import { duration, size } from "../system/units.ts";
import type { DeliveryLimits } from "./sink.ts";

/** How large payloads become. A sink with other limits extends this; all use it as `batch: batchOptions.prefault({})`. */
export const batchOptions = z
  .strictObject({
    max_bytes: size({ min: "1KiB", max: "100MiB" })
      .prefault("5MiB")
      .meta({ description: "Bytes of one request, before compression." }),
    max_records: z.int().min(1).max(100_000).default(5000).meta({ description: "Documents of one request." }),
    max_wait: duration({ min: "0ms", max: "1m" }).prefault("200ms").meta({
      description:
        "How long a busy lane waits to fill a request. A lane that was idle for as long sends its first line at once.",
    }),
  })
  .meta({ description: "How large one request becomes." });

/** The pause between attempts. Retrying never ends; the lane does it, not the sink. */
export const retryOptions = z
  .strictObject({
    initial: duration({ min: "1ms", max: "1h" })
      .prefault("500ms")
      .meta({ description: "Upper bound of the first pause; it doubles with each attempt." }),
    max: duration({ min: "1ms", max: "1h" })
      .prefault("30s")
      .meta({ description: "Upper bound of every pause." }),
  })
  .meta({
    description: "Pauses between attempts, with full jitter. Attempts never end; Retry-After is obeyed.",
  });
export type RetryOptions = z.output<typeof retryOptions>;

const file = z.string().default("");

/** Trust and identity of a TLS connection. An empty text means: not given. */
export const tlsOptions = z
  .strictObject({
    ca_file: file.meta({ description: "PEM file with the authority that signed the server's certificate." }),
    cert_file: file.meta({ description: "PEM file with the client's certificate." }),
    key_file: file.meta({ description: "PEM file with the client's key." }),
    verify: z.boolean().default(true).meta({
      description: "Whether the server's certificate is checked. Turn it off for experiments only.",
    }),
  })
  .meta({ description: "TLS; without it the system's authorities are trusted." });
export type TlsOptions = z.output<typeof tlsOptions>;

/** How many requests are under way at once. */
export const maxInFlight = z.int().min(1).max(64).default(2).meta({
  description: "Requests under way at once.",
});

/** The limits that `batch` and `max_in_flight` ask for. */
export function deliveryLimits(options: {
  readonly batch: z.output<typeof batchOptions>;
  readonly max_in_flight: number;
}): DeliveryLimits {
  const { max_records, max_bytes, max_wait } = options.batch;
  return {
    recordsMax: max_records,
    bytesMax: max_bytes,
    waitMsMax: max_wait,
    inFlightMax: options.max_in_flight,
  };
}

/** Whether bodies are compressed on their way. */
export const compression = z.enum(["none", "gzip"]).default("none").meta({
  description: "Compression of requests. `gzip` saves traffic and costs CPU.",
});

const AUTH_FIELDS = {
  username: z.string().min(1).meta({ description: "User name, with `password`." }),
  password: secret("Password of `username`."),
  api_key: secret("API key, as `id:secret` or encoded, instead of a user."),
  bearer: secret("Bearer token, instead of a user."),
  sigv4: z
    .strictObject({
      region: z
        .string()
        .min(1)
        .optional()
        .meta({
          description:
            "AWS region. Without it the one in the name of the endpoint, else `AWS_REGION`, else that of the profile.",
          examples: ["us-east-1"],
        }),
      service: z
        .enum(["es", "aoss"])
        .default("es")
        .meta({ description: "`es` for a managed domain, `aoss` for Serverless." }),
    })
    .meta({
      description:
        "Signs requests with the credentials that AWS's own tools would find: environment, profile (its role too), SSO, web identity, container, instance.",
    }),
};

export type AuthMethod = "basic" | "api_key" | "bearer" | "sigv4";

/** Who we are; at most one of `username` + `password`, `api_key`, `bearer`, `sigv4` is there. */
export interface AuthOptions {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly api_key?: string | undefined;
  readonly bearer?: string | undefined;
  readonly sigv4?: z.output<typeof AUTH_FIELDS.sigv4> | undefined;
}

/** The option `auth` of a sink that can do these methods. */
export function authOptions(methods: readonly AuthMethod[]) {
  const fields = methods.flatMap((method) => (method === "basic" ? ["username", "password"] : [method]));
  const shape = Object.fromEntries(
    Object.entries(AUTH_FIELDS)
      .filter(([field]) => fields.includes(field))
      .map(([field, schema]) => [field, schema.optional()]),
  );
  return (z.strictObject(shape) as unknown as z.ZodObject<OptionalAuthFields>)
    .superRefine(checkAuth)
    .meta({ description: "Who we are to the server." });
}

type OptionalAuthFields = {
  [Field in keyof typeof AUTH_FIELDS]: z.ZodOptional<(typeof AUTH_FIELDS)[Field]>;
};

function checkAuth(auth: AuthOptions, context: z.RefinementCtx): void {
  const hasBasic = auth.username !== undefined || auth.password !== undefined;
  const given = [hasBasic, auth.api_key, auth.bearer, auth.sigv4].filter(Boolean).length;
  if (given !== 1) {
    context.addIssue({
      code: "custom",
      message: `expected one way to authenticate, found ${given === 0 ? "none" : given}`,
    });
  } else if (hasBasic && (auth.username === undefined || auth.password === undefined)) {
    context.addIssue({
      code: "custom",
      message:
        auth.password === undefined
          ? "expected a password beside username"
          : "expected a username beside password",
    });
  }
}

/** Where a service of AWS is. */
export const awsRegion = z
  .string()
  .regex(/^[a-z]+(?:-[a-z]+)+-\d+$/, "expected a region like us-east-1")
  .optional()
  .meta({
    description: "AWS region. Without it `AWS_REGION`, else the region of the profile.",
    examples: ["us-east-1"],
  });
