/** Who uses the imagined memory service, what they ask of it, and how long that takes. */

export interface Agent {
  readonly weight: number;
  readonly agentId: string;
  readonly userId: string;
  readonly ip: string;
  /** Input tokens of one of its LLM calls, the median. */
  readonly inputTokens: number;
}

export const AGENTS: readonly Agent[] = [
  { weight: 34, agentId: "main", userId: "boss", ip: "172.18.0.1", inputTokens: 1480 },
  { weight: 26, agentId: "dev", userId: "boss", ip: "172.18.0.1", inputTokens: 2220 },
  { weight: 14, agentId: "researcher", userId: "alice", ip: "172.18.0.6", inputTokens: 3900 },
  { weight: 11, agentId: "support", userId: "bob", ip: "10.0.0.7", inputTokens: 950 },
  { weight: 8, agentId: "ops", userId: "boss", ip: "10.0.0.12", inputTokens: 1240 },
  { weight: 5, agentId: "客服", userId: "小明", ip: "10.0.0.9", inputTokens: 1100 },
  { weight: 2, agentId: "-", userId: "shared", ip: "127.0.0.1", inputTokens: 1300 },
];

/** Where the service finds agent and user: in a POST's body or in the query; otherwise both are "-". */
type NamedBy = "body" | "query" | "nobody";

export interface Operation {
  readonly weight: number;
  readonly method: string;
  /** `{id}` stands for a memory's id. */
  readonly path: string;
  readonly namedBy: NamedBy;
  /** The median. */
  readonly elapsedMs: number;
  /** Whether it asks the LLM; such a request leaves a usage line when it succeeds. */
  readonly llmCalls?: { readonly min: number; readonly max: number };
  /** Whether a search may leave a line with its query and results. */
  readonly leavesDetail?: true;
  /** Its usual failures: how likely, with which status. */
  readonly failures: readonly { readonly probability: number; readonly status: number }[];
}

const SERVER_ERROR = { probability: 0.004, status: 500 };
const INVALID_BODY = { probability: 0.003, status: 422 };
const NOT_FOUND = { probability: 0.09, status: 404 };

const ADD: Operation = {
  weight: 40,
  method: "POST",
  path: "/memory/add",
  namedBy: "body",
  elapsedMs: 4200,
  llmCalls: { min: 1, max: 2 },
  failures: [{ probability: 0.006, status: 503 }, SERVER_ERROR, INVALID_BODY],
};

export const OPERATIONS: readonly Operation[] = [
  ADD,
  {
    weight: 33,
    method: "POST",
    path: "/memory/search",
    namedBy: "body",
    elapsedMs: 260,
    leavesDetail: true,
    failures: [SERVER_ERROR, INVALID_BODY],
  },
  {
    weight: 9,
    method: "POST",
    path: "/memory/search_combined",
    namedBy: "body",
    elapsedMs: 720,
    leavesDetail: true,
    failures: [SERVER_ERROR],
  },
  {
    weight: 6,
    method: "GET",
    path: "/memory/list",
    namedBy: "query",
    elapsedMs: 90,
    failures: [SERVER_ERROR],
  },
  { weight: 5, method: "GET", path: "/memory/{id}", namedBy: "nobody", elapsedMs: 6, failures: [NOT_FOUND] },
  {
    weight: 2,
    method: "GET",
    path: "/memory/history/{id}",
    namedBy: "nobody",
    elapsedMs: 9,
    failures: [NOT_FOUND],
  },
  {
    weight: 2.4,
    method: "PUT",
    path: "/memory/update",
    namedBy: "nobody",
    elapsedMs: 310,
    failures: [SERVER_ERROR],
  },
  {
    weight: 2,
    method: "DELETE",
    path: "/memory/{id}",
    namedBy: "nobody",
    elapsedMs: 25,
    failures: [NOT_FOUND],
  },
  { weight: 0.1, method: "DELETE", path: "/memory/reset", namedBy: "query", elapsedMs: 800, failures: [] },
  {
    weight: 0.5,
    method: "POST",
    path: "/memory/dream",
    namedBy: "body",
    elapsedMs: 21_000,
    llmCalls: { min: 3, max: 12 },
    failures: [SERVER_ERROR],
  },
];

export const QUERIES: readonly string[] = [
  "what did we decide about the release date",
  "preferred deployment region",
  "什么时候开会",
  "how does Alice like her reports formatted",
  "上次部署为什么失败了",
  'the "blue" cluster\'s maintenance window',
  "open questions from last week",
  "用户的报告格式偏好",
];

export const MEMORIES: readonly string[] = [
  "Weekly meeting on Friday at 10:00",
  "Prefers short reports with a table first",
  "生产环境部署在 us-east-1",
  "The release is planned for the second week of the month",
  "数据库维护窗口：周日 02:00–04:00",
  "Uses OpenSearch for the audit log",
];
