/**
 * Goal: made lines cannot be told from the service's own.
 * Method: lines that the real service wrote are made again from their values and compared byte for byte.
 */
import { describe, expect, it } from "vitest";
import {
  auditFileName,
  pythonTimestamp,
  requestLine,
  retrievalDetailLine,
  tokenUsageLine,
} from "../../../../src/cli/demo/audit-line.ts";

const TIME_US = Date.UTC(2026, 10, 21, 1, 34, 54, 994) * 1000 + 117;

describe("an audit line", () => {
  it("of a request equals the service's", () => {
    const anonymous = { ip: "127.0.0.1", agentId: "-", userId: "-" };
    expect(
      requestLine({
        timeUs: TIME_US,
        method: "GET",
        path: "/health",
        status: 200,
        elapsedMs: 8,
        ...anonymous,
      }),
    ).toBe(
      '{"ts": "2026-11-21T01:34:54.994117+00:00", "method": "GET", "path": "/health", "status": 200, "elapsed_ms": 8, "ip": "127.0.0.1", "agent_id": "-", "user_id": "-"}',
    );
  });

  it("of token usage equals the service's", () => {
    const tokens = { llmCalls: 7, inputTokens: 10_747, outputTokens: 528 };
    expect(
      tokenUsageLine({ timeUs: TIME_US, path: "/memory/add", agentId: "a1", userId: "boss", ...tokens }),
    ).toBe(
      '{"ts": "2026-11-21T01:34:54.994117+00:00", "type": "token_usage", "path": "/memory/add", "agent_id": "a1", "user_id": "boss", "llm_calls": 7, "input_tokens": 10747, "output_tokens": 528, "total_tokens": 11275}',
    );
  });

  it("of a retrieval keeps raw UTF-8 and spaces its list like Python", () => {
    const results = [
      { id: "m1", memory: "weekly meeting on Friday", score: 0.83 },
      { id: "m2", memory: 'the "blue" one', score: 0.5 },
    ];
    expect(
      retrievalDetailLine({
        timeUs: TIME_US,
        path: "/memory/search",
        agentId: "dev",
        userId: "boss",
        query: "什么时候开会",
        results,
      }),
    ).toBe(
      '{"ts": "2026-11-21T01:34:54.994117+00:00", "event": "retrieval_detail", "path": "/memory/search", "agent_id": "dev", "user_id": "boss", "query": "什么时候开会", "results": [{"id": "m1", "memory": "weekly meeting on Friday", "score": 0.83}, {"id": "m2", "memory": "the \\"blue\\" one", "score": 0.5}]}',
    );
  });
});

describe("the time stamp", () => {
  it("has six digits of a second, and none on a whole second, as in Python", () => {
    expect(pythonTimestamp(1_000_000 * 1_775_000_000 + 42)).toBe("2026-03-31T23:33:20.000042+00:00");
    expect(pythonTimestamp(1_000_000 * 1_775_000_000)).toBe("2026-03-31T23:33:20+00:00");
  });
});

describe("the file name", () => {
  it.each([
    [Date.UTC(2026, 3, 3, 15, 59, 59, 999), "audit-2026-04-03.jsonl"],
    [Date.UTC(2026, 3, 3, 16), "audit-2026-04-04.jsonl"],
    [Date.UTC(2026, 11, 31, 16), "audit-2027-01-01.jsonl"],
  ])("has the day in UTC+8 at %d", (timeMs, name) => {
    expect(auditFileName(timeMs * 1000)).toBe(name);
  });
});
