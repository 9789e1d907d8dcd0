/**
 * Which lines a search server holds.
 *
 * A plain index is asked by `_mget`, which sees what was acknowledged at once. Behind an alias, in a data stream and
 * where documents only carry their ids it is searched for, after a refresh; there one line may be found twice.
 */

import { utcDay } from "../../record/timestamp.ts";
import type { Clock } from "../../system/clock.ts";
import { documentId, type Generation } from "../../tail/generation.ts";
import { type Presence, PresenceFault, type SoughtLine } from "../presence.ts";
import {
  type Answer,
  member,
  readJson,
  type SearchRequest,
  type SearchTransport,
  serverError,
} from "./answer.ts";
import type { IndexName } from "./index-name.ts";
import { describeAnswer, obstacle, reportOnNoAnswer } from "./refusal.ts";

const LINES_MAX = 5000;
/** Servers give at most 10,000 hits at once. */
const HITS_MAX = 10_000;
const SOUGHT_AT_ONCE = 1000;

/** After so long a search sees what was acknowledged, also where a refresh is not allowed: Serverless takes 10 s. */
const VISIBLE_MS = 15_000;
const DAY_MS = 86_400_000;
const NO_INDEX = "index_not_found_exception";

export interface SearchPresenceSettings {
  readonly index: IndexName;
  readonly dataStream: boolean;
  /** False if documents carry their ids in `event.id`, since the server takes none of ours. */
  readonly documentIds: boolean;
  /** How long `setup` lets an index live from its creation on, in milliseconds. */
  readonly indexRetentionMs: number | undefined;
}

export class SearchPresence implements Presence {
  readonly linesMax = LINES_MAX;
  readonly #settings: SearchPresenceSettings;
  readonly #transport: SearchTransport;
  readonly #clock: Clock;
  readonly #openedMs: number;
  /** True once it is known that the names are no plain indices. */
  #mustSearch: boolean;
  readonly #refreshed = new Set<string>();

  constructor(settings: SearchPresenceSettings, transport: SearchTransport, clock: Clock) {
    this.#settings = settings;
    this.#transport = transport;
    this.#clock = clock;
    this.#openedMs = clock.monotonicMs();
    const { index, dataStream, documentIds } = settings;
    this.#mustSearch = dataStream || !documentIds || !index.pattern.includes("*");
  }

  async copies(
    generation: Generation,
    lines: readonly SoughtLine[],
    signal: AbortSignal,
  ): Promise<readonly number[]> {
    const found = new Map<string, number>();
    const idOf = ({ offset }: SoughtLine) => documentId(generation, offset);
    for (const [index, some] of this.#byIndex(generation, lines))
      await this.#count(index, some.map(idOf), found, signal);
    return lines.map((line) => found.get(idOf(line)) ?? 0);
  }

  /** An index is as old as its first line, which may be a day older than its last. */
  async retentionMs(): Promise<number | undefined> {
    const { indexRetentionMs } = this.#settings;
    return indexRetentionMs === undefined ? undefined : Math.max(0, indexRetentionMs - DAY_MS);
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  /** By the day of the file; without one in its name by the record's own. */
  #byIndex({ day }: Generation, lines: readonly SoughtLine[]): Map<string, SoughtLine[]> {
    const groups = new Map<string, SoughtLine[]>();
    for (const line of lines) {
      const index = this.#settings.index.forDay(day ?? utcDay(line.timestampMs));
      const group = groups.get(index);
      if (group === undefined) groups.set(index, [line]);
      else group.push(line);
    }
    return groups;
  }

  async #count(
    index: string,
    ids: readonly string[],
    found: Map<string, number>,
    signal: AbortSignal,
  ): Promise<void> {
    if (!this.#mustSearch && (await this.#get(index, ids, found, signal))) return;
    this.#mustSearch = true;
    await this.#makeVisible(index, signal);
    for (let start = 0; start < ids.length; start += SOUGHT_AT_ONCE)
      await this.#search(index, ids.slice(start, start + SOUGHT_AT_ONCE), found, signal);
  }

  /** Resolves false if the index cannot be asked so: it is an alias of several. */
  async #get(
    index: string,
    ids: readonly string[],
    found: Map<string, number>,
    signal: AbortSignal,
  ): Promise<boolean> {
    const query = { _source: "false", filter_path: "docs._id,docs.found,docs.error.type" };
    const answer = await this.#ask(post(index, "_mget", query, { ids }), signal);
    const docs = answer && member(readJson(answer.body), "docs");
    for (const doc of Array.isArray(docs) ? docs : []) {
      const error = member(member(doc, "error"), "type");
      if (error !== undefined && error !== NO_INDEX) return false;
      if (member(doc, "found") === true) found.set(String(member(doc, "_id")), 1);
    }
    return true;
  }

  async #search(
    index: string,
    ids: readonly string[],
    found: Map<string, number>,
    signal: AbortSignal,
  ): Promise<void> {
    const { documentIds } = this.#settings;
    const query = documentIds ? { ids: { values: ids } } : { terms: { "event.id": ids } };
    const body = { size: HITS_MAX, _source: documentIds ? false : ["event.id"], query };
    const hits = await this.#hits(index, body, signal);
    if (hits.length >= HITS_MAX && ids.length > 1) {
      const middle = ids.length >> 1;
      await this.#search(index, ids.slice(0, middle), found, signal);
      await this.#search(index, ids.slice(middle), found, signal);
      return;
    }
    for (const hit of hits) {
      const carried = member(member(member(hit, "_source"), "event"), "id");
      const id = String(documentIds ? member(hit, "_id") : carried);
      found.set(id, (found.get(id) ?? 0) + 1);
    }
  }

  async #hits(index: string, body: object, signal: AbortSignal): Promise<readonly unknown[]> {
    const query = {
      ignore_unavailable: "true",
      allow_partial_search_results: "false",
      filter_path: "timed_out,_shards.failed,hits.hits._id,hits.hits._source",
    };
    const answer = await this.#ask(post(index, "_search", query, body), signal);
    if (answer === undefined) return [];
    const json = readJson(answer.body);
    const isWhole = member(json, "timed_out") === false && member(member(json, "_shards"), "failed") === 0;
    const message = `the server answered for a part of ${index} only`;
    if (!isWhole) throw new PresenceFault({ outcome: "unavailable", reason: "partial", message });
    const hits = member(member(json, "hits"), "hits");
    return Array.isArray(hits) ? hits : [];
  }

  /** Searches see what was refreshed. Where that is not allowed, time does it. */
  async #makeVisible(index: string, signal: AbortSignal): Promise<void> {
    if (this.#refreshed.has(index)) return;
    const path = `/${encodeURIComponent(index)}/_refresh`;
    const answer = await this.#transport.send({ method: "POST", path }, signal);
    this.#refreshed.add(index);
    if (answer.status === 200 || answer.status === 404) return;
    const leftMs = this.#openedMs + VISIBLE_MS - this.#clock.monotonicMs();
    if (leftMs > 0) await this.#clock.sleep(leftMs, signal);
  }

  /** The answer; undefined if there is no such index. */
  async #ask(request: SearchRequest, signal: AbortSignal): Promise<Answer | undefined> {
    const answer = await this.#transport.send(request, signal);
    if (answer.status === undefined) throw new PresenceFault(reportOnNoAnswer(answer));
    if (answer.status === 200) return answer;
    if (serverError(answer)?.type === NO_INDEX) return undefined;
    const report = obstacle(answer, this.#clock.nowMs());
    if (answer.status !== 403) throw new PresenceFault(report);
    const message = `${describeAnswer(answer)}: give this user the right to read the sink's indices`;
    throw new PresenceFault({ outcome: "blocked", reason: report.reason, message });
  }
}

function post(
  index: string,
  endpoint: string,
  query: Readonly<Record<string, string>>,
  body: object,
): SearchRequest {
  return {
    method: "POST",
    path: `/${encodeURIComponent(index)}/${endpoint}`,
    query,
    headers: { "content-type": "application/json" },
    body: Buffer.from(JSON.stringify(body)),
  };
}
