/** The option `alerts`: which conditions are worth telling someone, and how they are told. */
import { z } from "zod";
import { parseUsd } from "../cost/money.ts";
import { tlsOptions } from "../sinks/options.ts";
import { secret } from "../system/secret.ts";
import { duration } from "../system/units.ts";

/** A rule: its options, or `false`. */
function rule<Options extends z.ZodType>(options: Options, description: string) {
  return z.union([z.literal(false), options]).meta({ description: `${description} \`false\`: off.` });
}

const errorRate = z.strictObject({
  threshold: z.number().gt(0).lt(1).default(0.05).meta({
    description: "Part of the requests that may fail. It is over below 0.8 times this.",
  }),
  window: duration({ min: "1m", max: "1h" })
    .refine((ms) => 3_600_000 % ms === 0 && ms % 60_000 === 0, "expected whole minutes that divide an hour")
    .prefault("5m")
    .meta({
      description: "Time is cut into windows so long, each judged once: whole minutes that divide an hour.",
    }),
  min_requests: z
    .int()
    .min(1)
    .default(20)
    .meta({ description: "A window with fewer requests never breaches." }),
  min_errors: z.int().min(1).default(3).meta({ description: "A window with fewer errors never breaches." }),
  for: z.int().min(1).max(100).default(2).meta({ description: "Windows in a row that have to breach." }),
});

const usd = z.codec(z.union([z.string(), z.number()]), z.string(), {
  decode: (written, context) => {
    const parsed = parseUsd(written);
    if (!parsed.ok) context.issues.push({ code: "custom", input: written, message: parsed.problem });
    return String(written);
  },
  encode: (text) => text,
});

const spike = z.strictObject({
  z: z.number().min(1).max(1000).default(6).meta({
    description: "Robust deviations (1.4826 MAD) above the median of such hours.",
  }),
  times_median: z
    .number()
    .min(1)
    .max(1000)
    .default(3)
    .meta({ description: "At least so many times the median." }),
  times_maximum: z.number().min(1).max(1000).default(1.5).meta({
    description: "More than so many times the highest of such hours.",
  }),
  min_usd: usd.prefault("0.50").meta({ description: "At least so many US dollars above the median." }),
  min_requests: z
    .int()
    .min(1)
    .default(100)
    .meta({ description: "At least so many requests above the median." }),
});

const overCount = z.strictObject({
  min_records: z
    .int()
    .min(1)
    .default(1)
    .meta({ description: "Doubtful records within a day that are worth an alert." }),
});

const timeout = duration({ min: "100ms", max: "5m" }).prefault("10s").meta({
  description: "How long one attempt may take.",
});

function address(description: string) {
  return secret(description).refine(isHttpUrl, "expected a URL like https://alerts.example.com/hook");
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

/** Names of headers (RFC 9110, token) that this program does not set itself. */
const headerName = z
  .string()
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, "expected the name of a header")
  .regex(
    /^(?!(?:host|connection|content-type|content-length|transfer-encoding|x-mem0-audit-signature)$)/i,
    "this header is set by the program",
  );
const headerValue = z
  .string()
  .regex(/^[\t\x20-\x7e]*$/, "expected printable ASCII in one line")
  .meta({ writeOnly: true });

const webhook = z.strictObject({
  type: z.literal("webhook").meta({ description: "Which format is sent." }),
  url: address("Where to send. No redirect is followed."),
  secret: secret("Key of the signature (HMAC-SHA256); without it there is none.").optional(),
  headers: z.record(headerName, headerValue).default({}).meta({
    description: "Further headers, such as `Authorization`.",
  }),
  timeout,
  tls: tlsOptions.optional(),
});

const slack = z.strictObject({
  type: z.literal("slack").meta({ description: "Which format is sent." }),
  url: address("Where to send. No redirect is followed."),
  timeout,
  tls: tlsOptions.optional(),
});

const log = z.strictObject({ type: z.literal("log").meta({ description: "Which format is sent." }) });

const channelName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, "expected a name of lower-case letters, digits, _ and -");

/** Without it nothing is evaluated. */
export const alerts = z
  .strictObject({
    error_rate: rule(errorRate, "Many requests fail: status 400 and above, 429 included.").prefault({}),
    spike: rule(spike, "Far more requests or cost within an hour than such hours have.").prefault({}),
    budget: rule(z.strictObject({}), "A threshold of a budget is reached.").prefault({}),
    unpriced: rule(z.strictObject({}), "A model has no price.").prefault({}),
    over_count: rule(overCount, "Usage records have doubtful counts; told once a day.").prefault({}),
    lag: rule(
      duration({ min: "10s", max: "30d" }),
      "Lines wait for longer than this to reach a sink.",
    ).prefault("5m"),
    dead_letters: rule(z.strictObject({}), "A sink refuses lines for good.").prefault({}),
    verify: rule(z.strictObject({}), "The last `verify` found lines that a sink does not hold.").prefault({}),
    repeat: duration({ min: "1m", max: "30d" }).prefault("4h").meta({
      description: "How often an alert that goes on is told again.",
    }),
    channels: z
      .record(channelName, z.discriminatedUnion("type", [webhook, slack, log]))
      .default({ log: { type: "log" } })
      .meta({ description: "Who is told, by a name of your choosing; without a word the daemon's own log." }),
  })
  .optional()
  .meta({
    description:
      "Conditions that are told when they begin and when they are over. Without this key nothing is evaluated.",
  });
