/** Private fields are dropped or hashed before anything leaves the process or is stored; API keys always are. */
import { createHmac } from "node:crypto";
import { API_KEY, API_KEY_HASH, isNoKey } from "./api-key.ts";
import { type AuditRecord, RETRIEVAL_EVENT } from "./record.ts";

export type RedactionRule = "keep" | "drop" | "hash";

export interface RedactionOptions {
  /** Rules by member name; `results[].memory` names the memory texts within `results`. */
  readonly rules: Readonly<Record<string, RedactionRule>>;
  /** The key of the hashes; needed as soon as one rule says `hash`. Without it API keys are dropped. */
  readonly key: string | undefined;
}

/** The user's text and the memories found: dropped from retrieval details unless a rule says otherwise. */
const QUERY = "query";
const MEMORIES = "results[].memory";
const PRIVATE_IN_RETRIEVALS: Readonly<Record<string, RedactionRule>> = {
  [QUERY]: "drop",
  [MEMORIES]: "drop",
};

/** Hexadecimal digits of a hash. */
const HASH_DIGITS = 16;

/** What stands in the place of a value: HMAC-SHA256 in hexadecimal, its first 16 digits. */
export function keyedHash(key: string, value: string): string {
  return createHmac("sha256", key).update(value).digest("hex").slice(0, HASH_DIGITS);
}

export class Redaction {
  readonly #rules: ReadonlyMap<string, RedactionRule>;
  readonly #retrievalRules: ReadonlyMap<string, RedactionRule>;
  readonly #key: string | undefined;

  constructor(options: RedactionOptions) {
    this.#rules = new Map(Object.entries(options.rules).filter(([, rule]) => rule !== "keep"));
    const forRetrievals = { ...PRIVATE_IN_RETRIEVALS, ...options.rules };
    this.#retrievalRules = new Map(Object.entries(forRetrievals).filter(([, rule]) => rule !== "keep"));
    this.#key = options.key;
  }

  /** False if an API key cannot be hashed, and is dropped. */
  get hashesKeys(): boolean {
    return this.#key !== undefined;
  }

  /** True if a record that has any of these members, and is no retrieval detail, is changed by a rule. */
  touchesAny(names: readonly string[]): boolean {
    return names.some((name) => this.#rules.has(name));
  }

  /**
   * The record without its private values; the record itself if it has none. Throws a RangeError if it is nested
   * too deeply to be looked through.
   */
  apply(record: AuditRecord): AuditRecord {
    const rules = record["event"] === RETRIEVAL_EVENT ? this.#retrievalRules : this.#rules;
    const hasApiKey = API_KEY in record;
    if (rules.size === 0 && !hasApiKey) return record;
    const memories = "results" in record ? rules.get(MEMORIES) : undefined;
    const touches =
      hasApiKey || memories !== undefined || Object.keys(record).some((name) => rules.has(name));
    if (!touches) return record;

    const members: [string, unknown][] = [];
    for (const [name, value] of Object.entries(record)) {
      const rule = rules.get(name);
      if (rule === "drop") continue;
      if (name === API_KEY) {
        if (!(API_KEY_HASH in record) && rules.get(API_KEY_HASH) !== "drop")
          members.push(...this.#keyHash(value));
        continue;
      }
      if (rule === "hash") members.push([name, this.#hash(value)]);
      else if (name === "results" && memories !== undefined)
        members.push([name, this.#withoutMemories(value, memories)]);
      else members.push([name, value]);
    }
    return Object.fromEntries(members);
  }

  /** The member that takes the place of an API key; none if there is no key, or nothing to hash it with. */
  #keyHash(apiKey: unknown): [string, unknown][] {
    return this.#key === undefined || isNoKey(apiKey) ? [] : [[API_KEY_HASH, this.#hash(apiKey)]];
  }

  #hash(value: unknown): unknown {
    if (value === null) return null;
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return keyedHash(this.#key ?? "", text);
  }

  /** Keeps ids, scores and the number of results. A text outside of an object's member can only be a memory: it goes. */
  #withoutMemories(value: unknown, rule: RedactionRule): unknown {
    if (Array.isArray(value)) return value.map((element) => this.#withoutMemories(element, rule));
    if (typeof value === "string") return rule === "hash" ? this.#hash(value) : null;
    if (typeof value !== "object" || value === null) return value;
    const members: [string, unknown][] = [];
    for (const [name, member] of Object.entries(value)) {
      if (name !== "memory") members.push([name, member]);
      else if (rule === "hash") members.push([name, this.#hash(member)]);
    }
    return Object.fromEntries(members);
  }
}
