/**
 * What a busy installation leaves behind: rows of many days and of several agents, users, organizations, keys and models;
 * budgets of which one is exceeded; alerts; one sink that is in trouble. The same for the same seed.
 */
import type { AlertsReport } from "../../src/alert/report.ts";
import type { Budget } from "../../src/budget/budget.ts";
import type { DaemonView } from "../../src/daemon/status-report.ts";
import type { StoreRow } from "../../src/store/row.ts";
import { type Random, seededRandom } from "../../src/system/random.ts";
import { budget, USD } from "../unit/budget/sample-budget.ts";
import { daemonView, lane } from "../unit/http/fixture.ts";
import { cost, NOON_MS, requestRow, usageRow } from "../unit/store/sample-rows.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

interface Client {
  readonly agentId: string;
  readonly userId: string;
  readonly organizationId: string;
  readonly apiKeyAlias: string;
  /** Relative to the others. */
  readonly weight: number;
}

const CLIENTS: readonly Client[] = [
  { agentId: "support-bot", userId: "lena", organizationId: "acme", apiKeyAlias: "prod-eu", weight: 1 },
  { agentId: "coder", userId: "amir", organizationId: "acme", apiKeyAlias: "prod-eu", weight: 0.7 },
  { agentId: "researcher", userId: "chen", organizationId: "globex", apiKeyAlias: "prod-us", weight: 0.45 },
  { agentId: "sales-notes", userId: "maria", organizationId: "globex", apiKeyAlias: "prod-us", weight: 0.25 },
  { agentId: "nightly-digest", userId: "system", organizationId: "acme", apiKeyAlias: "batch", weight: 0.1 },
];

const ROUTES = [
  { routeGroup: "memory_search", path: "/memory/search", method: "POST", perDay: 9, elapsedMs: 180 },
  { routeGroup: "memory_create", path: "/memory/add", method: "POST", perDay: 5, elapsedMs: 1900 },
  { routeGroup: "memory_read", path: "/memory/list", method: "GET", perDay: 2, elapsedMs: 40 },
  { routeGroup: "memory_update", path: "/memory/update", method: "POST", perDay: 1, elapsedMs: 260 },
] as const;
type Route = (typeof ROUTES)[number];

/** Around 1: weekends are quiet, and the service grows. */
function busyness(timestampMs: number, random: Random): number {
  const weekday = new Date(timestampMs).getUTCDay();
  const growth = 1 - (0.4 * (NOON_MS - timestampMs)) / (30 * DAY_MS);
  return (weekday % 6 === 0 ? 0.4 : 1) * Math.max(0.3, growth) * (0.75 + random.next() / 2);
}

function requestOf(client: Client, route: Route, timestampMs: number, random: Random): StoreRow {
  const { agentId, userId } = client;
  const { path, method, routeGroup } = route;
  const isBadDay = new Date(timestampMs).getUTCDate() === 12;
  const status = random.next() < (isBadDay ? 0.2 : 0.012) ? (random.next() < 0.6 ? 429 : 503) : 200;
  const elapsedMs = Math.round(route.elapsedMs * Math.exp(random.next() * 2.4 - 1));
  const ts = new Date(timestampMs).toISOString();
  const line = JSON.stringify({
    path,
    status,
    agent_id: agentId,
    user_id: userId,
    ts,
    elapsed_ms: elapsedMs,
  });
  return requestRow({
    ...client,
    ...{ timestampMs, status, elapsedMs, path, urlTemplate: path, method, routeGroup },
    line: Buffer.from(line),
  });
}

const NANO = 1_000n;
const HAIKU = "us.anthropic.claude-3-5-haiku-20241022-v1:0";
const TITAN = "amazon.titan-embed-text-v2:0";

function llmUsage(client: Client, route: Route, timestampMs: number, random: Random): StoreRow {
  const inputTokens = Math.round(28_000 + random.next() * 40_000);
  const outputTokens = Math.round(1200 + random.next() * 5000);
  const isDigest = client.agentId === "nightly-digest";
  const isNew = client.agentId === "researcher" && timestampMs > NOON_MS - 3 * DAY_MS;
  const isOverCounted = random.next() < 0.06;
  const totalPicousd = BigInt(inputTokens * 800 + outputTokens * 4000) * NANO;
  const priced = isNew
    ? ({ model: "vendor.new-model-v1:0", status: "unpriced", totalPicousd: undefined } as const)
    : { model: HAIKU, totalPicousd };
  return usageRow(
    { ...client, timestampMs, urlTemplate: route.path, path: route.path, routeGroup: route.routeGroup },
    {
      ...cost(),
      ...{ inputTokens, outputTokens, modelSource: "config", category: isDigest ? "system" : "llm" },
      ...priced,
      quality: isOverCounted ? ["over_count_suspected", "uniform_calls"] : [],
      lowerBoundUsd: isOverCounted && !isNew ? Number(totalPicousd) / 4e12 : undefined,
    },
  );
}

function embeddingUsage(client: Client, route: Route, timestampMs: number, random: Random): StoreRow {
  const inputTokens = Math.round(90_000 + random.next() * 150_000);
  return usageRow(
    { ...client, timestampMs, urlTemplate: route.path, path: route.path, routeGroup: route.routeGroup },
    {
      ...{ category: "embedding", model: TITAN, modelSource: "config", inputTokens, outputTokens: 0 },
      totalPicousd: BigInt(inputTokens) * 20n * NANO,
    },
  );
}

function rowsOfDay(startMs: number, random: Random): StoreRow[] {
  const rows: StoreRow[] = [];
  for (const client of CLIENTS) {
    for (const route of ROUTES) {
      const count = Math.round(route.perDay * client.weight * busyness(startMs, random));
      for (let made = 0; made < count; made += 1) {
        const timestampMs = Math.min(startMs + Math.floor(random.next() * DAY_MS), NOON_MS - 1000);
        rows.push(requestOf(client, route, timestampMs, random));
        if (route.routeGroup === "memory_create") rows.push(llmUsage(client, route, timestampMs, random));
        if (route.routeGroup !== "memory_read") rows.push(embeddingUsage(client, route, timestampMs, random));
      }
    }
  }
  return rows;
}

/** The rows of so many days up to noon of the sample rows' day. */
export function busyRows(days: number): StoreRow[] {
  const random = seededRandom(7);
  const today = Math.floor(NOON_MS / DAY_MS);
  return Array.from({ length: days }, (_, index) =>
    rowsOfDay((today - days + 1 + index) * DAY_MS, random),
  ).flat();
}

/** Dollars with two decimals. */
const usd = (amount: number): bigint => (USD / 100n) * BigInt(Math.round(amount * 100));

export const BUSY_BUDGETS: readonly Budget[] = [
  budget({ name: "everything", period: "month", amountPicousd: usd(20) }),
  budget({
    name: "tenants",
    scope: "organization",
    period: "week",
    amountPicousd: usd(2.6),
    overrides: new Map([["globex", usd(0.9)]]),
  }),
  budget({ name: "vectors", period: "day", amountPicousd: usd(0.2), categories: ["embedding"] }),
];

const alert = {
  version: 1,
  severity: "warning",
  status: "firing",
  labels: {},
  value: 1,
  threshold: 1,
  ends_at: null,
  instance: "mem0-1",
  told: true,
} as const;

const agoIso = (hours: number) => new Date(NOON_MS - hours * HOUR_MS).toISOString();

export const BUSY_ALERTS: AlertsReport = {
  enabled: true,
  rules: [],
  firing: [
    {
      ...alert,
      fingerprint: "unpriced:vendor.new-model-v1:0",
      rule: "unpriced",
      title: "No price for vendor.new-model-v1:0",
      text: "What it costs is in no sum. Set its price under pricing.overrides, or an alias.",
      starts_at: agoIso(62),
    },
    {
      ...alert,
      fingerprint: "dead_letters:search",
      rule: "dead_letters",
      severity: "critical",
      title: "search refuses lines",
      text: "2 new dead letters. See: mem0-audit-shipper dead-letters list",
      starts_at: agoIso(2.7),
    },
  ],
  resolved: [
    {
      ...alert,
      status: "resolved",
      fingerprint: "error_rate",
      rule: "error_rate",
      title: "Many requests fail",
      text: "3.1 % of the last 5 minutes.",
      starts_at: agoIso(26),
      ends_at: agoIso(25.2),
    },
  ],
  channels: [],
};

const settled = { ...lane, oldestUnackedSeconds: 0, deadLetters: 0, inFlightLines: 0 };
const shipped = settled.files.map((file) => ({
  ...file,
  deliveredOffset: file.sizeBytes,
  ...{ lagBytes: 0, partialBytes: 0 },
}));

export const busyView: DaemonView = {
  ...daemonView({
    lanes: [
      { ...settled, name: "local", type: "store", state: "idle", files: shipped },
      { ...lane, lastError: "400 mapper_parsing_exception at elapsed_ms, 2 lines" },
      { ...settled, name: "archive", type: "cloudwatch", state: "idle", files: shipped },
    ],
  }),
  startedAtMs: NOON_MS - 75 * HOUR_MS,
};
