/** Lines of usage with amounts, names and times at the edge of what may be, for sources whose answers are compared. */
import { requestLine } from "./documents.ts";

export const ODD_MODEL = "test.odd";
export type Line = Readonly<Record<string, unknown>>;

function usageLine(members: Line = {}): string {
  const { method, status, elapsed_ms, ip, ...others } = JSON.parse(requestLine()) as Line;
  const counts = { llm_calls: 1, input_tokens: 1000, output_tokens: 100, total_tokens: 1100 };
  return JSON.stringify({ ...others, type: "token_usage", ...counts, ...members });
}

/** Every hour of the three days around a change of New York's clocks. */
function hoursFrom(start: string): string[] {
  return Array.from({ length: 72 }, (_, hour) =>
    requestLine({ ts: new Date(Date.parse(start) + hour * 3_600_000).toISOString(), agent_id: "clock" }),
  );
}

/** What else than prices a configuration says about documents, so that answers have to agree about it. */
export const DOCUMENT_SETTINGS = {
  embeddings: { estimate: "calls" },
  attribution: {
    rules: [{ agent: "detail*", organization_id: "acme", team: "search", api_key_alias: "named" }],
  },
};

function detailLine(query: string): string {
  return JSON.stringify({
    ts: "2026-04-03T15:24:52Z",
    event: "retrieval_detail",
    ...SEARCHER,
    query,
    results: [],
  });
}

export const SEARCHER = { path: "/memory/search", agent_id: "detailed", user_id: "boss" };

/** Lines with amounts, names and times at the edge of what may be. */
export function unusualLines(): string[] {
  const huge = {
    model: ODD_MODEL,
    input_tokens: 3_999_999_999_999,
    output_tokens: 7,
    total_tokens: 4_000_000_000_006,
  };
  const dear = {
    model: ODD_MODEL,
    input_tokens: 999_999_999,
    output_tokens: 333,
    total_tokens: 1_000_000_332,
  };
  return [
    ...hoursFrom("2026-03-07T05:00:00Z"),
    ...hoursFrom("2026-10-31T04:00:00Z"),
    ...["", "-", 'quo"te', "ünï 漢字 😀", "x".repeat(300)].map((agent_id) => requestLine({ agent_id })),
    ...[404, 429, 500, 503].map((status) => requestLine({ status, path: "/memory/7" })),
    requestLine({ api_key_hash: "ff00", organization_id: "acme" }),
    requestLine({ api_key_hash: "ff00", api_key_alias: "ci", organization_id: "acme" }),
    requestLine({ ts: "no time", path: "/strange/1234567890abcdef0" }),
    requestLine({ ts: "2026-04-03T23:59:59.999999+08:00", elapsed_ms: 99_999 }),
    requestLine({ ts: "2026-04-03T15:59:59.999", elapsed_ms: 99_999 }),
    requestLine({ path: "/health", method: "GET", status: 503 }),
    usageLine({ model: "vendor.unknown" }),
    usageLine({ input_tokens: -5 }),
    usageLine({ input_tokens: undefined }),
    usageLine({ llm_calls: 19, input_tokens: 42_256, output_tokens: 38_000, total_tokens: 80_256 }),
    usageLine({ total_tokens: 1 }),
    usageLine({ max_tokens: 100 }),
    usageLine({
      type: "embedding_usage",
      calls: 3,
      llm_calls: 99,
      output_tokens: undefined,
      total_tokens: 1000,
    }),
    ...["/memory/search", "/memory/search_combined", "/memory/update"].map((path) =>
      requestLine({ ...SEARCHER, path }),
    ),
    requestLine({ ...SEARCHER, status: 500 }),
    requestLine({ ...SEARCHER, organization_id: "own" }),
    ...["where is the office?", "什么时候开会", ""].map(detailLine),
    // Tens of thousands of dollars, spread over time and within one millisecond.
    ...Array.from({ length: 40 }, (_, index) =>
      usageLine({ ...dear, agent_id: "dear", ts: new Date(Date.UTC(2026, 3, 1, index)).toISOString() }),
    ),
    ...Array.from({ length: 1010 }, (_, index) =>
      usageLine({ ...dear, agent_id: "burst", input_tokens: 7_295_900_000 + index }),
    ),
    // One line of millions of dollars, and of more tokens than one line may count for.
    usageLine({ ...huge, agent_id: "huge", input_tokens: 999_999_999_999, llm_calls: 2 ** 53 - 1 }),
    usageLine({ ...huge, agent_id: "huge", ts: "2026-04-02T00:00:00Z" }),
  ];
}
