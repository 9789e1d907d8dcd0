/**
 * Embeddings of services that record none, estimated from the lines there are. Each line is judged by itself, so that
 * whoever reads it, whenever, comes to the same.
 */
import { type AuditRecord, RETRIEVAL_EVENT, type RecordKind, type Route } from "../record/record.ts";
import { parseTimestampMs } from "../record/timestamp.ts";
import type { Cost } from "./cost.ts";
import type { Pricing } from "./pricing.ts";

/** How often the service calls the embedding model for a request. What an add needs depends on what the LLM finds in it. */
const CALLS_OF_ROUTE: ReadonlyMap<string | undefined, number> = new Map([
  ["/memory/search", 2],
  // One for each of recent_days, 3 unless the request says otherwise, and two more.
  ["/memory/search_combined", 5],
  ["/memory/update", 1],
]);

const FAILED_STATUS_MIN = 400;

/** Scripts in which a character is about a token. */
const TOKEN_CHARACTER = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu;

/**
 * OpenAI's rule of thumb for English text, https://platform.openai.com/tokenizer. Amazon tells 4.7 for Titan, so this is
 * rather too many.
 */
const CHARACTERS_PER_TOKEN = 4;

/** How many tokens a text has, about: one for each Chinese, Japanese or Korean character, one for four others. */
export function estimateTokens(text: string): number {
  const characters = [...text].length;
  const tokens = text.match(TOKEN_CHARACTER)?.length ?? 0;
  return tokens + Math.ceil((characters - tokens) / CHARACTERS_PER_TOKEN);
}

/** A line, as far as an estimate goes by it. */
export interface EstimatedLine {
  readonly kind: RecordKind;
  readonly route: Pick<Route, "template">;
  /** ISO 8601. */
  readonly timestamp: string;
  /** The record as the service wrote it; asked for only where it matters. */
  readonly record: AuditRecord;
}

export class EmbeddingEstimates {
  readonly #untilMs: number;

  /** @param until ISO 8601: from when on nothing is estimated; undefined: never */
  constructor(until?: string) {
    this.#untilMs = until === undefined ? Number.POSITIVE_INFINITY : Date.parse(until);
  }

  /** True if lines of this moment (ISO 8601) are estimated. */
  holdsAt(timestamp: string): boolean {
    return this.#untilMs === Number.POSITIVE_INFINITY || (parseTimestampMs(timestamp) ?? 0) < this.#untilMs;
  }

  /**
   * The cost of the embeddings that a line stands for: of a successful request its calls, of a retrieval detail with its
   * query the tokens of those calls. Undefined if it stands for none, or for a number that is not known.
   */
  costOf(line: EstimatedLine, pricing: Pricing): Cost | undefined {
    const { kind, route, timestamp } = line;
    const calls = CALLS_OF_ROUTE.get(route.template);
    if (calls === undefined || (kind !== "request" && kind !== RETRIEVAL_EVENT)) return undefined;
    if (!this.holdsAt(timestamp)) return undefined;
    const counts = kind === "request" ? callsOf(line.record, calls) : tokensOf(line.record, calls);
    if (counts === undefined) return undefined;
    const { agent_id, path } = line.record;
    const cost = pricing.costOf({ agent_id, path, ...counts }, "embedding_usage", timestamp);
    return { ...cost, quality: ["estimated"] };
  }
}

interface Counts {
  readonly calls?: number;
  readonly input_tokens?: number;
}

function callsOf({ status }: AuditRecord, calls: number): Counts | undefined {
  return typeof status === "number" && status < FAILED_STATUS_MIN ? { calls } : undefined;
}

/** Each call embeds the whole query; the calls themselves are counted with the request. */
function tokensOf({ query }: AuditRecord, calls: number): Counts | undefined {
  return typeof query === "string" ? { input_tokens: calls * estimateTokens(query) } : undefined;
}
