/**
 * The whole configuration, defined once.
 *
 * Types, validation, the JSON Schema and the reference page come from here; the options of sinks come from
 * their table. Every key has a description. Names are those of the YAML file.
 */
import { z } from "zod";
import type { EarlierModels } from "../cost/models.ts";
import { bodiesOptions } from "../sinks/bodies/options.ts";
import { type RetryOptions, retryOptions, type TlsOptions } from "../sinks/options.ts";
import { SINKS } from "../sinks/table.ts";
import { LOG_LEVELS } from "../system/log.ts";
import { secret } from "../system/secret.ts";
import { duration } from "../system/units.ts";
import { alerts } from "./alerts.ts";
import { attribution } from "./attribution.ts";
import { budgets } from "./budgets.ts";
import { embeddings } from "./embeddings.ts";
import { listenAddress } from "./listen.ts";
import { multiplier, usdPerMillionTokens } from "./rate.ts";
import { systemUsage } from "./system-usage.ts";
import { timeZone } from "./time-zone.ts";

const source = z
  .strictObject({
    directory: z.string().min(1).default("./audit_logs").meta({
      description:
        "Folder with the audit files. It may not exist yet: it is waited for. It is only read. Relative paths start at the working directory.",
    }),
    include: z
      .string()
      .regex(/^[^/]+$/, "expected a glob for names of files, without a slash")
      .default("*.jsonl")
      .meta({
        description:
          "Names of audit files, at the top level only; `*` and `?` are wildcards. A file's day is the first YYYY-MM-DD in its name.",
      }),
  })
  .meta({ description: "What is read." });

const modelId = z.string().min(1);

const AN_INSTANT = 'expected a day like "2026-03-01", or an instant like "2026-03-01T14:30:00+08:00"';

const earlierModels = z
  .strictObject({
    until: z.union([z.iso.date(AN_INSTANT), z.iso.datetime({ offset: true, error: AN_INSTANT })]).meta({
      description: "From when on the next ones hold: a day (00:00 UTC) or an instant with its zone.",
      examples: ["2026-03-01", "2026-03-01T14:30:00+08:00"],
    }),
    llm: modelId.optional().meta({ description: "The model that answered." }),
    embedding: modelId.optional().meta({ description: "The model that embedded." }),
  })
  .meta({ description: "Models of earlier records." });

/** Two models for one purpose until the same moment: the one named second would never hold. */
function checkTimeline(earlier: readonly EarlierModels[], context: z.RefinementCtx): void {
  const seen = new Set<string>();
  for (const [index, { until, llm, embedding }] of earlier.entries()) {
    for (const purpose of [llm && "llm", embedding && "embedding"]) {
      if (!purpose) continue;
      const key = `${purpose} ${Date.parse(until)}`;
      const message = `expected one ${purpose} until ${until}, found two`;
      if (seen.has(key)) context.addIssue({ code: "custom", path: [index, "until"], message });
      seen.add(key);
    }
  }
}

const models = z
  .strictObject({
    llm: modelId.optional().meta({
      description: "The model that answers. Without it `LLM_MODEL`, else the service's documented default.",
      examples: ["us.anthropic.claude-3-5-haiku-20241022-v1:0"],
    }),
    embedding: modelId.optional().meta({
      description:
        "The model that embeds. Without it `EMBEDDING_MODEL`, else the service's documented default.",
      examples: ["amazon.titan-embed-text-v2:0"],
    }),
    earlier: z
      .array(earlierModels)
      .default([])
      .meta({
        description:
          "What the service used before, in any order, so that a change of model does not price the records from before it anew. Each holds from the `until` before it to its own, by the record's `ts`.",
        examples: [[{ until: "2026-03-01", llm: "us.anthropic.claude-3-5-haiku-20241022-v1:0" }]],
      })
      .superRefine(checkTimeline),
  })
  .meta({ description: "Models of records that do not name theirs: the service's own settings." });

const priceOverride = z
  .strictObject({
    input_cost_per_million: usdPerMillionTokens.meta({
      description: "US dollars for a million input tokens.",
      examples: ["0.80"],
    }),
    output_cost_per_million: usdPerMillionTokens.prefault("0").meta({
      description: "US dollars for a million output tokens; embeddings have none.",
      examples: ["4.00"],
    }),
    cache_read_input_cost_per_million: usdPerMillionTokens.optional().meta({
      description: "US dollars for a million input tokens that the provider took from its cache.",
    }),
    cache_write_input_cost_per_million: usdPerMillionTokens.optional().meta({
      description: "US dollars for a million input tokens that the provider put into its cache.",
    }),
  })
  .meta({ description: "The price of one model." });

/** Written by model id; read as the rows that the price book takes. */
const priceOverrides = z.codec(
  z.record(z.string().min(1), priceOverride),
  z.array(
    z.object({
      model: z.string(),
      input_cost_per_million: z.string(),
      output_cost_per_million: z.string(),
      cache_read_input_cost_per_million: z.string().optional(),
      cache_write_input_cost_per_million: z.string().optional(),
    }),
  ),
  {
    decode: (byModel) => Object.entries(byModel).map(([model, price]) => ({ model, ...price })),
    encode: (rows) => Object.fromEntries(rows.map(({ model, ...price }) => [model, price])),
  },
);

const pricing = z
  .strictObject({
    region: z
      .string()
      .min(1)
      .optional()
      .meta({
        description: "AWS region whose prices hold. Without it `AWS_REGION`, else `us-east-1`.",
        examples: ["us-east-1"],
      }),
    overrides: priceOverrides.prefault({}).meta({
      description: "Own prices by exact model id. They win over the catalog; two zeros mean free.",
      examples: [{ "my-model": { input_cost_per_million: "0.80", output_cost_per_million: "4.00" } }],
    }),
    aliases: z.record(z.string().min(1), modelId).default({}).meta({
      description: "Other names of models, such as the ARN of an inference profile, and what they stand for.",
    }),
    multiplier: multiplier.prefault("1").meta({
      description: 'Factor on every price, for a discount by contract: `"0.9"` is ten percent off.',
    }),
    system: systemUsage.prefault({}),
  })
  .meta({ description: "What tokens cost." });

const redact = z
  .record(z.string().min(1), z.enum(["keep", "drop", "hash"]))
  .default({})
  .meta({
    description:
      "What happens to a field before anything leaves: `keep`, `drop`, or `hash` (HMAC-SHA256 with `redact_key`, 16 hex digits). Without a rule `query` and `results[].memory` of `retrieval_detail` are dropped, all else is kept.",
    examples: [{ ip: "drop", user_id: "hash" }],
  });

const store = z
  .strictObject({
    enabled: z.boolean().default(true).meta({
      description:
        "Whether there is a lane `local` into the embedded database, which feeds `usage` and the page.",
    }),
    records: z.literal(["auto", true, false]).default("auto").meta({
      description:
        "Whether whole records are kept beside the usage buckets; `auto`: only if there are no sinks.",
    }),
  })
  .meta({ description: "The embedded store." });

/** The settings of one sink, of whatever type: what is needed of all, the rest is the sink's own. */
export interface SinkSettings {
  readonly type: string;
  readonly retry: RetryOptions;
  readonly tls?: TlsOptions;
  readonly [option: string]: unknown;
}

/** Names of lanes that are there by themselves, and whose they are. */
const RESERVED_NAMES: ReadonlyMap<unknown, string> = new Map([
  ["local", "to the embedded store"],
  ["bodies", "to the section bodies"],
]);

const sinkName = z.string().regex(/^(?!(?:local|bodies)$)[a-z0-9][a-z0-9_-]{0,63}$/, {
  error: ({ input }) =>
    RESERVED_NAMES.has(input)
      ? `the name "${input}" belongs ${RESERVED_NAMES.get(input)}; choose another`
      : "expected a name of lower-case letters, digits, _ and -",
});

/** One sink: the kinds of `SINKS`, told apart by `type`. Derived, so it holds for a table of any length. */
function sinkSettings(): z.ZodType<SinkSettings> {
  const kinds = Object.entries(SINKS).map(([type, { options }]) =>
    options.safeExtend({
      type: z.literal(type).meta({ description: "What kind of destination this is." }),
      retry: retryOptions.prefault({}),
    }),
  );
  const [first, ...rest] = kinds;
  const union =
    first === undefined
      ? z.never("no kind of sink is built in")
      : z.discriminatedUnion("type", [first, ...rest]);
  return union as unknown as z.ZodType<SinkSettings>;
}

const http = z
  .strictObject({
    enabled: z.boolean().default(true).meta({ description: "Whether the daemon answers HTTP at all." }),
    listen: listenAddress.prefault("127.0.0.1:8231").meta({
      description:
        "Address of health, metrics, usage API and page. Any but loopback needs `token`. A busy port is a warning; delivery goes on.",
    }),
    token: secret("What clients must show, as Bearer token or as password of HTTP Basic.").optional(),
  })
  .meta({ description: "The daemon's web server." });

const log = z
  .strictObject({
    level: z
      .enum(LOG_LEVELS)
      .default("info")
      .meta({ description: "Least important lines that are written." }),
  })
  .meta({ description: "The daemon's own log, JSON lines on standard error." });

export const settingsSchema = z
  .strictObject({
    source: source.prefault({}),
    state_dir: z.string().min(1).default("./state").meta({
      description:
        "Folder of checkpoints, dead letters and the embedded store, made with mode 0700. One daemon per folder.",
    }),
    instance: z.string().max(256).default("").meta({
      description: "Part of every document id: tells apart two services that could write identical files.",
    }),
    labels: z
      .record(z.string().min(1), z.string())
      .default({})
      .meta({ description: "Added to every document as `labels`.", examples: [{ service: "mem0" }] }),
    time_zone: timeZone.prefault("UTC").meta({
      description: "The installation's time zone (IANA name), for periods of budgets and hours of alerts.",
      examples: ["Asia/Shanghai"],
    }),
    models: models.prefault({}),
    pricing: pricing.prefault({}),
    embeddings: embeddings.prefault({}),
    attribution: attribution.prefault({}),
    budgets,
    redact,
    redact_key: secret(
      "Key of the hashes; required as soon as one rule says `hash`. Without it API keys in records (`api_key`) are dropped.",
    ).optional(),
    bodies: bodiesOptions.optional(),
    store: store.prefault({}),
    sinks: z
      .record(sinkName, sinkSettings())
      .default({})
      .meta({ description: "Destinations by a name of your choosing." }),
    alerts,
    http: http.prefault({}),
    log: log.prefault({}),
    shutdown_timeout: duration({ min: "0ms", max: "1h" }).prefault("20s").meta({
      description: "How long a stopping daemon waits for what is in flight.",
    }),
    drain_on_stop: z.boolean().default(false).meta({
      description:
        "Whether a stopping daemon delivers all complete lines first, until shortly before `shutdown_timeout` ends: for hosts whose files end with them.",
    }),
    ready_lag: duration({ min: "1s", max: "365d" }).prefault("5m").meta({
      description: "`/readyz` says no once a sink's oldest line has been unacknowledged for longer.",
    }),
  })
  .meta({ title: "mem0-audit-shipper", description: "Configuration of mem0-audit-shipper." });

/** The configuration file as validated, with the defaults filled in. */
export type Settings = z.output<typeof settingsSchema>;
