/**
 * Usage counted from audit lines, line by line and question by question, by rules that are written down here once more: what
 * the product's answers are compared with. Nothing of the product is used, but for types.
 */
import type { BucketFilters } from "../../src/store/bucket-query.ts";
import type { Dimension, DimensionValue } from "../../src/usage/dimension.ts";
import type { UsageSums } from "../../src/usage/sums.ts";

type Line = Readonly<Record<string, unknown>>;

export interface CountQuestion {
  readonly by: readonly Dimension[];
  /** Whose days are meant. */
  readonly zone: string;
  /** Local days, `YYYY-MM-DD`, both inclusive. */
  readonly since?: string;
  readonly until?: string;
  readonly includesSystem: boolean;
  readonly filters: BucketFilters;
}

/** What the test's configuration says. Rates in pico-dollars per token. */
export interface CountRules {
  readonly rates: Readonly<Record<string, readonly [input: bigint, output: bigint]>>;
  readonly llm: { readonly until: string; readonly before: string; readonly after: string };
  readonly embedding: string;
  readonly systemAgents: readonly string[];
}

const QUARTER_MS = 15 * 60 * 1000;

/** Names local days; as every zone's offset is a multiple of a quarter of an hour, one name holds for a quarter. */
class Days {
  readonly #format: Intl.DateTimeFormat;
  readonly #names = new Map<number, string>();

  constructor(zone: string) {
    // This locale writes 2026-11-21.
    this.#format = new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short" });
  }

  of(ms: number): string {
    const quarter = Math.floor(ms / QUARTER_MS);
    const known = this.#names.get(quarter);
    if (known !== undefined) return known;
    const name = this.#format.format(quarter * QUARTER_MS);
    this.#names.set(quarter, name);
    return name;
  }
}

const ROUTES: readonly (readonly [pattern: RegExp, group: string, template: string])[] = [
  [/^\/memory\/add$/, "memory_create", "/memory/add"],
  [/^\/memory\/dream$/, "memory_create", "/memory/dream"],
  [/^\/memory\/search$/, "memory_search", "/memory/search"],
  [/^\/memory\/search_combined$/, "memory_search", "/memory/search_combined"],
  [/^\/memory\/update$/, "memory_update", "/memory/update"],
  [/^\/memory\/reset$/, "memory_delete", "/memory/reset"],
  [/^\/memory\/list$/, "memory_read", "/memory/list"],
  [/^\/memory\/history\/\d+$/, "memory_read", "/memory/history/{memory_id}"],
  [/^\/memory\/\d+$/, "memory_read", "/memory/{memory_id}"],
  [/^\/elsewhere\/\d+$/, "other", "/elsewhere/{id}"],
  [/^\/health$/, "system", "/health"],
];

function routeOf({ method, path }: Line): readonly [group: string, template: string] {
  const found = ROUTES.find(([pattern]) => pattern.test(String(path)));
  if (found === undefined) throw new Error(`no route for ${path}`);
  const isDeleted = method === "DELETE" && found[2] === "/memory/{memory_id}";
  return [isDeleted ? "memory_delete" : found[1], found[2]];
}

type Mutable<Sums> = { -readonly [Name in keyof Sums]: Sums[Name] };

function nothing(): Mutable<UsageSums> {
  return {
    requests: 0,
    errors: 0,
    usageRecords: 0,
    llmCalls: 0,
    embeddingCalls: 0,
    inputTokens: 0,
    outputTokens: 0,
    totalPicousd: 0n,
    unpricedRecords: 0,
    suspectRecords: 0,
    lowerBoundPicousd: 0n,
  };
}

/** A line by the values of all dimensions but the day, and what it adds to sums. */
interface Fact {
  readonly values: Readonly<Record<Exclude<Dimension, "day">, DimensionValue>>;
  readonly keyHash: DimensionValue;
  readonly adds: Readonly<UsageSums>;
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function factOf(line: Line, timestampMs: number, rules: CountRules): Fact | undefined {
  const isRequest = line["type"] === undefined && line["event"] === undefined;
  if (!isRequest && line["type"] === undefined) return undefined;
  const [route, path] = routeOf(line);
  const values = {
    agent: textOf(line["agent_id"]),
    user: textOf(line["user_id"]),
    path,
    route,
    organization: textOf(line["organization_id"]),
    key: textOf(line["api_key_alias"]) ?? textOf(line["api_key_hash"]),
  };
  const keyHash = textOf(line["api_key_hash"]);
  const adds = nothing();
  if (isRequest) {
    const status = Number(line["status"]);
    adds.requests = 1;
    if (status >= 400) adds.errors = 1;
    return { values: { ...values, status, model: null, category: null }, keyHash, adds };
  }
  const isLlm = line["type"] === "token_usage";
  const model = modelOf(line, isLlm, timestampMs, rules);
  const category = rules.systemAgents.includes(String(line["agent_id"]))
    ? "system"
    : isLlm
      ? "llm"
      : "embedding";
  addUsage(adds, line, isLlm, rules.rates[model]);
  return { values: { ...values, status: null, model, category }, keyHash, adds };
}

function modelOf({ model }: Line, isLlm: boolean, timestampMs: number, rules: CountRules): string {
  if (typeof model === "string") return model;
  if (!isLlm) return rules.embedding;
  return timestampMs < Date.parse(rules.llm.until) ? rules.llm.before : rules.llm.after;
}

function addUsage(
  adds: Mutable<UsageSums>,
  line: Line,
  isLlm: boolean,
  rates: readonly [bigint, bigint] | undefined,
): void {
  const calls = Number(line[isLlm ? "llm_calls" : "calls"]);
  const [input, output] = [Number(line["input_tokens"] ?? 0), Number(line["output_tokens"] ?? 0)];
  const isCounted = line["input_tokens"] !== undefined;
  adds.usageRecords = 1;
  adds[isLlm ? "llmCalls" : "embeddingCalls"] = calls;
  adds.inputTokens = input;
  adds.outputTokens = output;
  const isUniform =
    isLlm && isCounted && calls >= 3 && input % calls === 0 && output % calls === 0 && input + output > 0;
  const isTooMany = isLlm && line["path"] === "/memory/add" && calls > 2;
  const total = line["total_tokens"];
  const isInconsistent = total !== undefined && (!isCounted || total !== input + output);
  if (isUniform || isTooMany || isInconsistent) adds.suspectRecords = 1;
  if (rates?.every((rate) => rate === 0n)) return;
  if (rates === undefined || !isCounted) {
    adds.unpricedRecords = 1;
    return;
  }
  adds.totalPicousd = BigInt(input) * rates[0] + BigInt(output) * rates[1];
  adds.lowerBoundPicousd = isUniform ? adds.totalPicousd / BigInt(calls) : adds.totalPicousd;
}

function passes({ values, keyHash }: Fact, filters: BucketFilters): boolean {
  return Object.entries(filters).every(
    ([name, wanted]) =>
      values[name as keyof Fact["values"]] === wanted || (name === "key" && keyHash === wanted),
  );
}

/** The sums of one question, by the JSON of the groups' values. */
export type CountedGroups = Map<string, Readonly<UsageSums>>;

/** Counts lines for many questions in one pass. */
export class UsageCount {
  readonly #rules: CountRules;
  readonly #questions: readonly {
    readonly question: CountQuestion;
    readonly days: Days;
    readonly groups: Map<string, Mutable<UsageSums>>;
  }[];

  constructor(questions: readonly CountQuestion[], rules: CountRules) {
    this.#rules = rules;
    const zones = new Map(questions.map(({ zone }) => [zone, new Days(zone)]));
    this.#questions = questions.map((question) => {
      const days = zones.get(question.zone) ?? new Days(question.zone);
      return { question, days, groups: new Map() };
    });
  }

  add(text: string): void {
    const line = JSON.parse(text) as Line;
    const timestampMs = Date.parse(String(line["ts"]));
    const fact = factOf(line, timestampMs, this.#rules);
    if (fact === undefined) return;
    for (const { question, days, groups } of this.#questions) {
      const { by, since, until, includesSystem, filters } = question;
      if (fact.values.route === "system" && !includesSystem) continue;
      if (!passes(fact, filters)) continue;
      const day = days.of(timestampMs);
      if ((since !== undefined && day < since) || (until !== undefined && day > until)) continue;
      const key = JSON.stringify(by.map((name) => (name === "day" ? day : fact.values[name])));
      const sums = groups.get(key) ?? nothing();
      groups.set(key, sums);
      addTo(sums, fact.adds);
    }
  }

  /** The answers, in the order of the questions. */
  answers(): readonly CountedGroups[] {
    return this.#questions.map(({ groups }) => groups);
  }
}

function addTo(sums: Mutable<UsageSums>, adds: Readonly<UsageSums>): void {
  sums.requests += adds.requests;
  sums.errors += adds.errors;
  sums.usageRecords += adds.usageRecords;
  sums.llmCalls += adds.llmCalls;
  sums.embeddingCalls += adds.embeddingCalls;
  sums.inputTokens += adds.inputTokens;
  sums.outputTokens += adds.outputTokens;
  sums.totalPicousd += adds.totalPicousd;
  sums.unpricedRecords += adds.unpricedRecords;
  sums.suspectRecords += adds.suspectRecords;
  sums.lowerBoundPicousd += adds.lowerBoundPicousd;
}
