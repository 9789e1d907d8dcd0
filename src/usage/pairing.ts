/**
 * Which usage record belongs to which request. The service writes no id that both share: only path, agent and user,
 * and moments that lie close together.
 *
 * A usage record belongs to a request if each is the other's only candidate. Where there are several, nothing is guessed.
 */
import type { StoreRow } from "../store/row.ts";

/** What of a record is looked at. */
export interface PairableRecord
  extends Pick<
    StoreRow,
    | "timestampMs"
    | "routeGroup"
    | "urlTemplate"
    | "status"
    | "elapsedMs"
    | "agentId"
    | "userId"
    | "organizationId"
    | "apiKeyHash"
    | "apiKeyAlias"
  > {
  readonly kind: "request" | "token_usage" | "embedding_usage";
  /** Of a usage record, in pico-dollars; undefined if it has no price. */
  readonly totalPicousd: bigint | undefined;
}

/** What became of a record. Each request and each usage record is settled once. */
export type Settled =
  | {
      readonly outcome: "paired";
      readonly request: PairableRecord;
      readonly usage: readonly PairableRecord[];
    }
  /** It has no candidate. */
  | { readonly outcome: "unpaired"; readonly record: PairableRecord }
  /** It has several candidates, or one that has several. */
  | { readonly outcome: "ambiguous"; readonly record: PairableRecord };

/**
 * Both are written when the request ends, either first, a few milliseconds apart: measured with eight clients at once,
 * this many milliseconds paired all and confused none.
 */
export const PAIR_WITHIN_MS = 50;

/** All that decides on a record lies within this: its request, the usage records near that, and the requests near those. */
const REACH_MS = 3 * PAIR_WITHIN_MS;

/** Records may come this much later than later ones. One that is still older begins anew: another file was begun. */
const DISORDER_MS = 10_000;

interface Pending {
  readonly record: PairableRecord;
  readonly key: string;
  /** Records of the other side within reach of a pair. */
  readonly candidates: Pending[];
}

function isRequest({ record }: Pending): boolean {
  return record.kind === "request";
}

function keyOf({ urlTemplate, agentId, userId }: PairableRecord): string {
  return JSON.stringify([urlTemplate, agentId, userId]);
}

/** Whether all usage records near a request are its own. */
function isClear(request: Pending): boolean {
  return request.candidates.every(isCertain);
}

/** Whether a usage record has one request, which has no other usage record of its kind. */
function isCertain({ record, candidates: [request, ...others] }: Pending): boolean {
  if (request === undefined || others.length > 0) return false;
  return request.candidates.filter((usage) => usage.record.kind === record.kind).length === 1;
}

/** Pairs records that come about in the order of their times; keeps those of the last seconds only. */
export class Pairing {
  /** In the order in which they came. */
  #pending: Pending[] = [];
  readonly #byKey = new Map<string, Pending[]>();
  #latestMs = Number.NEGATIVE_INFINITY;

  /** Takes in a record; returns what is settled by now. */
  add(record: PairableRecord): Settled[] {
    const settled = record.timestampMs < this.#latestMs - DISORDER_MS ? this.end() : [];
    this.#latestMs = Math.max(this.#latestMs, record.timestampMs);
    const pending: Pending = { record, key: keyOf(record), candidates: [] };
    this.#pending.push(pending);
    for (const other of this.#insert(pending)) {
      if (isRequest(other) === isRequest(pending)) continue;
      other.candidates.push(pending);
      pending.candidates.push(other);
    }
    settled.push(...this.#settle(this.#latestMs - DISORDER_MS - REACH_MS));
    return settled;
  }

  /** Settles all that is left; to be called when there are no more records. */
  end(): Settled[] {
    const settled = this.#settle(Number.POSITIVE_INFINITY);
    this.#latestMs = Number.NEGATIVE_INFINITY;
    return settled;
  }

  /** Puts a record among those of its key, which are in the order of time; returns the others near it. */
  #insert(pending: Pending): Pending[] {
    const { timestampMs } = pending.record;
    const sameKey = this.#byKey.get(pending.key) ?? [];
    this.#byKey.set(pending.key, sameKey);
    const before = sameKey.findLastIndex(({ record }) => record.timestampMs <= timestampMs);
    sameKey.splice(before + 1, 0, pending);
    const isNear = ({ record }: Pending) => Math.abs(record.timestampMs - timestampMs) <= PAIR_WITHIN_MS;
    let [first, last] = [before + 1, before + 1];
    for (let one = sameKey[first - 1]; one !== undefined && isNear(one); one = sameKey[first - 1]) first -= 1;
    for (let one = sameKey[last + 1]; one !== undefined && isNear(one); one = sameKey[last + 1]) last += 1;
    return sameKey.slice(first, last + 1).filter((other) => other !== pending);
  }

  /** Settles the oldest records, up to a moment; all that can be near them is known. */
  #settle(untilMs: number): Settled[] {
    const first = this.#pending.findIndex(({ record }) => record.timestampMs > untilMs);
    const done = this.#pending.splice(0, first < 0 ? this.#pending.length : first);
    for (const pending of done) this.#forget(pending);
    return done.flatMap(settle);
  }

  #forget(pending: Pending): void {
    const sameKey = this.#byKey.get(pending.key) ?? [];
    sameKey.splice(sameKey.indexOf(pending), 1);
    if (sameKey.length === 0) this.#byKey.delete(pending.key);
  }
}

/** A paired usage record is settled with its request. */
function settle(pending: Pending): Settled[] {
  const { record, candidates } = pending;
  const [request] = candidates;
  if (request === undefined) return [{ outcome: "unpaired", record }];
  if (!isRequest(pending)) {
    const isPaired = isCertain(pending) && isClear(request);
    return isPaired ? [] : [{ outcome: "ambiguous", record }];
  }
  if (!isClear(pending)) return [{ outcome: "ambiguous", record }];
  return [{ outcome: "paired", request: record, usage: candidates.map((usage) => usage.record) }];
}
