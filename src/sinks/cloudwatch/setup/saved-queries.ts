/**
 * The questions to the log group that are kept as saved queries of Logs Insights.
 *
 * Requests of the route group `system` (health checks, pages) are left out, as everywhere in this program. Amounts
 * add up `cost.total_usd`, which is null where the price is unknown: so the records without a price are counted
 * beside. `dedup` may be followed by nothing but `limit`, so only lists have it, sums do not:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Dedup.html
 */

export interface SavedQuery {
  /** Unique among all; the name that people see in the folder. */
  readonly title: string;
  /** In the Logs Insights query language, one command a line. */
  readonly query: string;
}

const REQUESTS = 'filter event.kind = "request" and route_group != "system"';
const PRICED_RECORDS = "filter ispresent(cost.category)";
const COSTS =
  'sum(cost.total_usd) as usd, sum(cost.status = "unpriced") as unpriced_records, sum(input_tokens) as input, sum(output_tokens) as output';

/** Is shown on the dashboard as well. */
export const COST_PER_AGENT: SavedQuery = {
  title: "cost per agent",
  query: commands(PRICED_RECORDS, `stats ${COSTS} by agent_id`, "sort usd desc"),
};

/** Is shown on the dashboard as well. */
export const SLOWEST_REQUESTS: SavedQuery = {
  title: "slowest requests",
  query: commands(
    "fields @timestamp, elapsed_ms, method, url.template, status, agent_id, user_id, event.id",
    REQUESTS,
    "sort elapsed_ms desc",
    "dedup event.id",
    "limit 20",
  ),
};

/** Is shown on the dashboard as well. */
export const DELIVERY_DELAY: SavedQuery = {
  title: "delivery delay",
  query: commands(
    "fields (@ingestionTime - @timestamp) / 1000 as seconds",
    "stats pct(seconds, 50) as median_seconds, max(seconds) as max_seconds, count(*) as events by bin(5m)",
  ),
};

export const SAVED_QUERIES: readonly SavedQuery[] = [
  {
    title: "usage by agent and day",
    query: commands(
      'filter route_group != "system"',
      'stats sum(event.kind = "request") as requests, sum(status >= 400) as errors, sum(input_tokens) as input, sum(output_tokens) as output, sum(cost.total_usd) as usd by agent_id, bin(1d) as day',
      "sort day desc, requests desc",
    ),
  },
  COST_PER_AGENT,
  {
    title: "cost per day and model",
    query: commands(
      PRICED_RECORDS,
      `stats ${COSTS} by cost.category, cost.model, bin(1d) as day`,
      "sort day desc, usd desc",
    ),
  },
  {
    title: "error rate per hour",
    query: commands(
      REQUESTS,
      "stats count(*) as requests, sum(status >= 400) as errors, 100 * sum(status >= 400) / count(*) as error_percent by bin(1h) as hour",
      "sort hour desc",
    ),
  },
  {
    title: "errors by status and route",
    query: commands(
      REQUESTS,
      "filter status >= 400",
      "stats count(*) as requests by status, method, url.template",
      "sort requests desc",
    ),
  },
  SLOWEST_REQUESTS,
  {
    title: "duration by route",
    query: commands(
      REQUESTS,
      "stats count(*) as requests, pct(elapsed_ms, 50) as median_ms, pct(elapsed_ms, 95) as p95_ms, max(elapsed_ms) as max_ms by method, url.template",
      "sort p95_ms desc",
    ),
  },
  DELIVERY_DELAY,
  {
    title: "events stored twice",
    query: commands(
      "stats count(*) as copies by event.id",
      "filter copies > 1",
      "sort copies desc",
      "limit 100",
    ),
  },
];

function commands(...lines: readonly string[]): string {
  return lines.join("\n| ");
}
