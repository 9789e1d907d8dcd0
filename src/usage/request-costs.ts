/** What requests cost: each request with its own usage records, added up by what people group by. */
import { picousdToDecimal } from "../cost/money.ts";
import { COUNT_PER_LINE_MAX } from "../store/bucket.ts";
import type { DimensionValue } from "./dimension.ts";
import type { PairSpan } from "./pairable.ts";
import { type PairableRecord, Pairing, type Settled } from "./pairing.ts";
import { Quantiles } from "./quantiles.ts";

/** What request costs can be grouped by: what a request and its usage records have in common. */
export const REQUEST_DIMENSIONS = ["route", "path", "agent", "user", "organization", "key"] as const;
export type RequestDimension = (typeof REQUEST_DIMENSIONS)[number];

export function isRequestDimension(name: string): name is RequestDimension {
  return (REQUEST_DIMENSIONS as readonly string[]).includes(name);
}

const VALUES: Readonly<Record<RequestDimension, (record: PairableRecord) => DimensionValue>> = {
  route: ({ routeGroup }) => routeGroup,
  path: ({ urlTemplate }) => urlTemplate,
  agent: ({ agentId }) => agentId,
  user: ({ userId }) => userId,
  organization: ({ organizationId }) => organizationId,
  key: ({ apiKeyAlias, apiKeyHash }) => apiKeyAlias ?? apiKeyHash,
};

export interface RequestCostsQuestion extends PairSpan {
  readonly by: readonly RequestDimension[];
  /** Whether health checks and the like count. */
  readonly includesSystem: boolean;
}

/** What the requests of one group cost. Amounts in pico-dollars; undefined where there is nothing to divide by. */
export interface RequestCosts {
  readonly requests: number;
  readonly pairedRequests: number;
  /** Requests that more than one pairing is possible for. */
  readonly ambiguousRequests: number;
  readonly unpairedUsage: number;
  readonly ambiguousUsage: number;
  /** Paired requests with a usage record without a price; they are in none of the amounts. */
  readonly unpricedRequests: number;
  /** Of all paired requests together. */
  readonly totalPicousd: bigint;
  readonly meanPicousd: bigint | undefined;
  /** Half of the paired requests, and 95 of 100, cost no more than this; at most 0.5 % off. */
  readonly p50Picousd: bigint | undefined;
  readonly p95Picousd: bigint | undefined;
  /** Of the requests' own durations. */
  readonly perSecondPicousd: bigint | undefined;
  /** Paired requests with a status of 400 or above, and what they cost. */
  readonly failedRequests: number;
  readonly failedPicousd: bigint;
}

export interface RequestCostsGroup {
  /** One value for each dimension of the question, in its order. */
  readonly values: readonly DimensionValue[];
  readonly costs: RequestCosts;
}

export interface RequestCostsReport {
  readonly by: readonly RequestDimension[];
  /** What costs most in all first; those without usage records, too. */
  readonly groups: readonly RequestCostsGroup[];
  readonly totals: RequestCosts;
}

class GrowingCosts {
  #requests = 0;
  #paired = 0;
  #ambiguousRequests = 0;
  #unpairedUsage = 0;
  #ambiguousUsage = 0;
  #unpriced = 0;
  #totalPicousd = 0n;
  #timedPicousd = 0n;
  #elapsedMicroseconds = 0n;
  #failed = 0;
  #failedPicousd = 0n;
  readonly #quantiles = new Quantiles();

  add(settled: Settled): void {
    if (settled.outcome === "paired") {
      this.#addPair(settled.request, settled.usage);
    } else if (settled.record.kind === "request") {
      this.#requests += 1;
      if (settled.outcome === "ambiguous") this.#ambiguousRequests += 1;
    } else if (settled.outcome === "ambiguous") {
      this.#ambiguousUsage += 1;
    } else {
      this.#unpairedUsage += 1;
    }
  }

  #addPair({ status, elapsedMs }: PairableRecord, usage: readonly PairableRecord[]): void {
    this.#requests += 1;
    this.#paired += 1;
    const hasFailed = status !== null && status >= 400;
    if (hasFailed) this.#failed += 1;
    let picousd = 0n;
    for (const { totalPicousd } of usage) {
      if (totalPicousd === undefined) {
        this.#unpriced += 1;
        return;
      }
      picousd += totalPicousd;
    }
    this.#totalPicousd += picousd;
    if (hasFailed) this.#failedPicousd += picousd;
    this.#quantiles.add(picousd);
    if (elapsedMs === null || elapsedMs <= 0) return;
    this.#timedPicousd += picousd;
    this.#elapsedMicroseconds += BigInt(Math.round(Math.min(elapsedMs, COUNT_PER_LINE_MAX) * 1000));
  }

  toCosts(): RequestCosts {
    const priced = this.#paired - this.#unpriced;
    return {
      requests: this.#requests,
      pairedRequests: this.#paired,
      ambiguousRequests: this.#ambiguousRequests,
      unpairedUsage: this.#unpairedUsage,
      ambiguousUsage: this.#ambiguousUsage,
      unpricedRequests: this.#unpriced,
      totalPicousd: this.#totalPicousd,
      meanPicousd: quotient(this.#totalPicousd, BigInt(priced)),
      p50Picousd: this.#quantiles.at(0.5),
      p95Picousd: this.#quantiles.at(0.95),
      perSecondPicousd: quotient(this.#timedPicousd * 1_000_000n, this.#elapsedMicroseconds),
      failedRequests: this.#failed,
      failedPicousd: this.#failedPicousd,
    };
  }
}

function quotient(dividend: bigint, divisor: bigint): bigint | undefined {
  return divisor === 0n ? undefined : dividend / divisor;
}

function recordOf(settled: Settled): PairableRecord {
  return settled.outcome === "paired" ? settled.request : settled.record;
}

function compareGroups(one: RequestCostsGroup, other: RequestCostsGroup): number {
  const totals = other.costs.totalPicousd - one.costs.totalPicousd;
  if (totals !== 0n) return totals > 0n ? 1 : -1;
  if (one.costs.requests !== other.costs.requests) return other.costs.requests - one.costs.requests;
  return JSON.stringify(one.values) < JSON.stringify(other.values) ? -1 : 1;
}

/**
 * Pairs records that come about in the order of time, and adds up. A pair counts where its request does; memory grows
 * with the number of groups, not of records.
 */
export async function requestCosts(
  records: AsyncIterable<PairableRecord>,
  { by, fromMs, untilMs, includesSystem }: RequestCostsQuestion,
): Promise<RequestCostsReport> {
  const pairing = new Pairing();
  const totals = new GrowingCosts();
  const groups = new Map<string, { values: DimensionValue[]; costs: GrowingCosts }>();
  const count = (settled: Settled): void => {
    const record = recordOf(settled);
    if (record.timestampMs < fromMs || record.timestampMs >= untilMs) return;
    if (record.routeGroup === "system" && !includesSystem) return;
    totals.add(settled);
    const values = by.map((dimension) => VALUES[dimension](record));
    const key = JSON.stringify(values);
    const group = groups.get(key) ?? { values, costs: new GrowingCosts() };
    groups.set(key, group);
    group.costs.add(settled);
  };
  for await (const record of records) pairing.add(record).forEach(count);
  pairing.end().forEach(count);
  const all = [...groups.values()].map(({ values, costs }) => ({ values, costs: costs.toCosts() }));
  return { by, groups: by.length === 0 ? [] : all.sort(compareGroups), totals: totals.toCosts() };
}

function toFigures(costs: RequestCosts) {
  const decimal = (picousd: bigint | undefined) => (picousd === undefined ? null : picousdToDecimal(picousd));
  return {
    requests: costs.requests,
    paired_requests: costs.pairedRequests,
    ambiguous_requests: costs.ambiguousRequests,
    unpaired_usage_records: costs.unpairedUsage,
    ambiguous_usage_records: costs.ambiguousUsage,
    unpriced_requests: costs.unpricedRequests,
    total_usd: picousdToDecimal(costs.totalPicousd),
    mean_usd: decimal(costs.meanPicousd),
    p50_usd: decimal(costs.p50Picousd),
    p95_usd: decimal(costs.p95Picousd),
    usd_per_second: decimal(costs.perSecondPicousd),
    failed_requests: costs.failedRequests,
    failed_usd: picousdToDecimal(costs.failedPicousd),
  };
}

/** The report as `usage requests --json` prints it. Money is decimal text, null where nothing is there to divide by. */
export function toRequestCostsAnswer({ by, groups, totals }: RequestCostsReport) {
  return {
    by,
    rows: groups.map(({ values, costs }) => ({
      ...Object.fromEntries(by.map((dimension, index) => [dimension, values[index] ?? null])),
      ...toFigures(costs),
    })),
    totals: toFigures(totals),
  };
}
