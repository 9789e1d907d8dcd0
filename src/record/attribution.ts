/** Whom a record is put down to: organization, team and the name of an API key, by rules of the configuration. */
import { API_KEY_HASH } from "./api-key.ts";
import { asciiJson } from "./ascii-json.ts";
import { matchesAny, type PatternTest } from "./pattern.ts";
import type { AuditRecord } from "./record.ts";

/** What may be said of a record. */
export interface AttributedMembers {
  readonly organization_id?: string | undefined;
  readonly team?: string | undefined;
  readonly api_key_alias?: string | undefined;
}

/** What is said of records with a matching agent and a matching user; a pattern that is missing matches any record. */
export interface AttributionRule extends AttributedMembers {
  readonly agent?: string | undefined;
  readonly user?: string | undefined;
}

export interface AttributionOptions {
  /** The first that matches holds. */
  readonly rules: readonly AttributionRule[];
  /** Names of API keys by their hash. */
  readonly keys: Readonly<Record<string, string>>;
}

/** Members to be added to a document. */
export interface Attributed {
  readonly members: AttributedMembers;
  /** The same as JSON text in ASCII, each with a comma before it. */
  readonly json: string;
}

const MEMBERS = ["organization_id", "team", "api_key_alias"] as const;

/** Results remembered by agent and user: there are few of these, and many records of each. */
const KNOWN_MAX = 10_000;

interface CompiledRule {
  readonly agent: PatternTest | undefined;
  readonly user: PatternTest | undefined;
  readonly attributed: Attributed | undefined;
}

function attributed(members: AttributedMembers): Attributed | undefined {
  const said = MEMBERS.filter((name) => members[name] !== undefined);
  if (said.length === 0) return undefined;
  return {
    members: Object.fromEntries(said.map((name) => [name, members[name]])),
    json: said.map((name) => `,"${name}":${asciiJson(members[name])}`).join(""),
  };
}

function test(pattern: string | undefined): PatternTest | undefined {
  return pattern === undefined ? undefined : matchesAny([pattern]);
}

function passes(matches: PatternTest | undefined, name: unknown): boolean {
  return matches === undefined || (typeof name === "string" && matches(name));
}

export class Attribution {
  readonly #rules: readonly CompiledRule[];
  readonly #aliases: ReadonlyMap<unknown, string>;
  readonly #known = new Map<string, Attributed | undefined>();

  constructor({ rules, keys }: AttributionOptions) {
    this.#rules = rules.map((rule) => ({
      agent: test(rule.agent),
      user: test(rule.user),
      attributed: attributed(rule),
    }));
    this.#aliases = new Map(Object.entries(keys));
  }

  /**
   * What is to be added to a record; undefined: nothing. A member that the record has itself is left alone, and the name
   * of its very key goes before that of a rule.
   *
   * @param record as the service wrote it
   * @param shipped the same after redaction, with the hash of its key
   */
  of(record: AuditRecord, shipped: AuditRecord): Attributed | undefined {
    const byRule = this.#byRule(record["agent_id"], record["user_id"]);
    const alias = this.#aliases.get(shipped[API_KEY_HASH]);
    const isOwn = (name: string): boolean => Object.hasOwn(record, name);
    if (alias === undefined && !MEMBERS.some(isOwn)) return byRule;
    const said = { ...byRule?.members, ...(alias !== undefined && { api_key_alias: alias }) };
    return attributed(Object.fromEntries(Object.entries(said).filter(([name]) => !isOwn(name))));
  }

  #byRule(agent: unknown, user: unknown): Attributed | undefined {
    const key = `${typeof agent === "string" ? agent : "\0"}\0${typeof user === "string" ? user : "\0"}`;
    const known = this.#known.get(key);
    if (known !== undefined || this.#known.has(key)) return known;
    const rule = this.#rules.find((one) => passes(one.agent, agent) && passes(one.user, user));
    if (this.#known.size >= KNOWN_MAX) this.#known.clear();
    this.#known.set(key, rule?.attributed);
    return rule?.attributed;
  }
}
