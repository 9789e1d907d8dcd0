/** Audit lines of two months with everything that usage is grouped and filtered by; the same for the same seed. */
import { seededRandom } from "../../src/system/random.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

export const USAGE_LINES = { startMs: Date.parse("2026-09-20T16:00:00Z"), days: 60 } as const;

/** Fifty agents. Some differ only by what careless comparisons overlook. */
const AGENTS: readonly string[] = [
  "dev",
  "Dev",
  "dev ",
  "-",
  "ünï 漢字 😀",
  ...Array.from({ length: 45 }, (_, index) => `agent-${String(index + 5).padStart(2, "0")}`),
];
const ORGANIZATIONS = ["acme", "Acme", "globex", undefined];
const KEYS: readonly object[] = [
  {},
  { api_key_hash: "00ff" },
  { api_key_hash: "11ee", api_key_alias: "ci" },
  { api_key_alias: "laptop" },
];

/** An agent works for one organization, with one key, and for two users of ten. */
const CLIENTS = AGENTS.flatMap((agent_id, index) =>
  [index % 10, (index * 7 + 3) % 10].map((user) => ({
    agent_id,
    user_id: `user-${user}`,
    organization_id: ORGANIZATIONS[index % ORGANIZATIONS.length],
    ...KEYS[Math.floor(index / ORGANIZATIONS.length) % KEYS.length],
  })),
);
const MODELS = [undefined, undefined, undefined, "test.odd", "vendor.unknown", "ollama/llama3"];
const REQUESTS: readonly (readonly [method: string, path: string])[] = [
  ["POST", "/memory/add"],
  ["POST", "/memory/add"],
  ["POST", "/memory/search"],
  ["POST", "/memory/search"],
  ["POST", "/memory/search_combined"],
  ["GET", "/memory/list"],
  ["GET", "/memory/{id}"],
  ["DELETE", "/memory/{id}"],
  ["GET", "/memory/history/{id}"],
  ["PUT", "/memory/update"],
  ["POST", "/memory/dream"],
  ["POST", "/memory/reset"],
  ["GET", "/elsewhere/{id}"],
  ["GET", "/health"],
];
const LLM_PATHS = ["/memory/add", "/memory/add", "/memory/dream"];
const EMBEDDING_PATHS = ["/memory/add", "/memory/search", "/memory/search_combined", "/memory/update"];
const ERRORS = [404, 429, 500];

/** A line without its newline, and the file that the service would write it to. */
export interface UsageLine {
  readonly fileName: string;
  readonly text: string;
}

/** `count` lines, evenly spread over the two months, in the order of their times. */
export function* usageLines(count: number, seed: number): Generator<UsageLine> {
  const random = seededRandom(seed);
  const below = (end: number): number => Math.floor(random.next() * end);
  const one = <Value>(values: readonly Value[]): Value => values[below(values.length)] as Value;
  const gapMs = (USAGE_LINES.days * DAY_MS) / count;

  const counts = (): object => {
    const calls = 1 + below(6);
    // Every fourth looks like one call, counted several times.
    const factor = random.next() < 0.25 ? calls : 1;
    const [input, output] = [below(9000) * factor, below(900) * factor];
    const wrong = random.next() < 0.02 ? 1 : 0;
    return {
      llm_calls: calls,
      ...(random.next() < 0.01 ? {} : { input_tokens: input }),
      output_tokens: output,
      total_tokens: input + output + wrong,
    };
  };
  const members = (): object => {
    const kind = random.next();
    if (kind < 0.55) {
      const [method, template] = one(REQUESTS);
      const path = template.replace("{id}", () => String(1000 + below(9000)));
      const status = random.next() < 0.9 ? 200 : one(ERRORS);
      return { method, path, status, elapsed_ms: below(3000) };
    }
    const model = one(MODELS);
    const named = model === undefined ? {} : { model };
    if (kind < 0.85) return { type: "token_usage", path: one(LLM_PATHS), ...named, ...counts() };
    if (kind < 0.97) {
      const titan = random.next() < 0.5 ? { model: "amazon.titan-embed-text-v2:0" } : {};
      const path = one(EMBEDDING_PATHS);
      return { type: "embedding_usage", path, ...titan, calls: 1 + below(4), input_tokens: below(500) };
    }
    return { event: "retrieval_detail", path: "/memory/search", query: "?", results: [] };
  };

  for (let index = 0; index < count; index++) {
    const timestamp = new Date(USAGE_LINES.startMs + (index + random.next()) * gapMs);
    // The service's files begin at 00:00 of UTC+8.
    const day = new Date(timestamp.getTime() + 8 * 60 * 60 * 1000).toISOString().slice(0, 10);
    const text = JSON.stringify({ ts: timestamp.toISOString(), ...members(), ...one(CLIENTS) });
    yield { fileName: `audit-${day}.jsonl`, text };
  }
}
