/**
 * What the dashboard shows, as the questions that people ask: which records, which sum, split by what.
 *
 * Only members that the index template names can be used.
 */

export interface Sum {
  readonly field: string;
  readonly label: string;
}

/** Stacked bars over time. */
export interface Chart {
  /** The end of its id. */
  readonly key: string;
  readonly title: string;
  /** Which records, in the query language of the dashboards (KQL, DQL). */
  readonly query: string;
  /** A calendar day in the reader's time zone, or as fits the period that is looked at. */
  readonly interval: "d" | "auto";
  /** What is added up; none: the records are counted. */
  readonly sums: readonly Sum[];
  /** One colour for each value of a field, or for each of these queries. */
  readonly split: { readonly field: string } | { readonly queries: Readonly<Record<string, string>> };
  /** True if the bars show shares of the whole. */
  readonly isShare: boolean;
}

/** Health checks are left out, as in `usage`: on a quiet day they are most of the records. */
const REQUESTS = 'event.kind: "request" and not route_group: "system"';

export const CHARTS: readonly Chart[] = [
  {
    key: "cost-per-day",
    title: "Cost per day and agent",
    query: "cost.total_usd: *",
    interval: "d",
    sums: [{ field: "cost.total_usd", label: "Cost (USD)" }],
    split: { field: "agent_id" },
    isShare: false,
  },
  {
    key: "tokens-per-day",
    title: "Tokens per day and agent",
    query: 'event.kind: ("token_usage" or "embedding_usage")',
    interval: "d",
    sums: [
      { field: "input_tokens", label: "Input tokens" },
      { field: "output_tokens", label: "Output tokens" },
    ],
    split: { field: "agent_id" },
    isShare: false,
  },
  {
    key: "error-rate",
    title: "Error rate",
    query: `${REQUESTS} and status: *`,
    interval: "auto",
    sums: [],
    split: { queries: { errors: "status >= 400", successes: "status < 400" } },
    isShare: true,
  },
];

/** The table of single requests. */
export const SLOWEST = {
  key: "slowest-requests",
  title: "Slowest requests",
  query: `${REQUESTS} and elapsed_ms: *`,
  columns: ["path", "elapsed_ms", "agent_id", "user_id", "status"],
  sortBy: "elapsed_ms",
} as const;
