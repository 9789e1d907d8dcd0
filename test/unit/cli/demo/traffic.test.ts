/**
 * Goal: the imagined traffic is what the memory service would write, and the same for the same seed.
 * Method: a few thousand generated lines are held against the service's format and habits; the form of single
 * lines is compared with captured ones.
 */
import { describe, expect, it } from "vitest";
import type { TrafficLine } from "../../../../src/cli/demo/traffic.ts";
import { auditLines } from "../../../support/audit-lines.ts";

function records(lines: readonly TrafficLine[]): Record<string, unknown>[] {
  return lines.map((line) => JSON.parse(line.text) as Record<string, unknown>);
}

describe("the traffic", () => {
  it("is the same for the same seed and another for another", () => {
    expect(auditLines(500)).toEqual(auditLines(500));
    expect(auditLines(500, { seed: 2 })).not.toEqual(auditLines(500));
  });

  it("goes strictly forward in time, and each line's ts is its time", () => {
    const lines = auditLines(5000);
    for (const [index, line] of lines.entries()) {
      expect(line.timeUs).toBeGreaterThan(lines[index - 1]?.timeUs ?? 0);
      expect(JSON.parse(line.text).ts).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?\+00:00$/);
      expect(Date.parse(JSON.parse(line.text).ts)).toBe(Math.floor(line.timeUs / 1000));
    }
  });

  it("changes the file at 16:00 UTC, where the service's day begins", () => {
    const lines = auditLines(5000);
    const names = [...new Set(lines.map((line) => line.fileName))];
    expect(names.slice(0, 2)).toEqual(["audit-2026-04-03.jsonl", "audit-2026-04-04.jsonl"]);
    const firstOfSecondDay = lines.find((line) => line.fileName === names[1]);
    expect((firstOfSecondDay?.timeUs ?? 0) / 1000).toBeGreaterThanOrEqual(Date.UTC(2026, 3, 3, 16));
  });

  it("polls the health route each 30 seconds", () => {
    const health = auditLines(5000).filter((line) => line.text.includes('"/health"'));
    expect(health.length).toBeGreaterThan(50);
    for (const [index, line] of health.slice(1).entries()) {
      expect(Math.abs(line.timeUs - (health[index]?.timeUs ?? 0) - 30_000_000)).toBeLessThan(1_000_000);
    }
  });

  it("writes the members of each kind in the service's order", () => {
    const orders = new Set(records(auditLines(3000)).map((record) => Object.keys(record).join()));
    expect([...orders].sort()).toEqual([
      "ts,event,path,agent_id,user_id,query,results",
      "ts,method,path,status,elapsed_ms,ip,agent_id,user_id",
      "ts,type,path,agent_id,user_id,llm_calls,input_tokens,output_tokens,total_tokens",
    ]);
  });

  it("leaves a usage line just before each successful add or dream, and none before a failed one", () => {
    const all = records(auditLines(5000));
    let successes = 0;
    for (const [index, record] of all.entries()) {
      const asksTheModel = record["path"] === "/memory/add" || record["path"] === "/memory/dream";
      if (!asksTheModel || record["method"] === undefined) continue;
      const before = all[index - 1];
      if (record["status"] === 200) {
        successes += 1;
        expect(before).toMatchObject({
          type: "token_usage",
          path: record["path"],
          agent_id: record["agent_id"],
        });
      } else {
        expect(before?.["type"] === "token_usage" && before["path"] === record["path"]).toBe(false);
      }
    }
    expect(successes).toBeGreaterThan(500);
  });

  it("adds up the tokens of each usage line", () => {
    const usage = records(auditLines(3000)).filter((record) => record["type"] === "token_usage");
    expect(usage.length).toBeGreaterThan(500);
    for (const record of usage) {
      expect(record["total_tokens"]).toBe(Number(record["input_tokens"]) + Number(record["output_tokens"]));
    }
  });

  it("has failures, ids in paths, several agents, and text that is not Latin", () => {
    const lines = auditLines(20_000);
    const text = lines.map((line) => line.text).join("\n");
    for (const status of [404, 422, 429, 500, 503]) expect(text).toContain(`"status": ${status}`);
    expect(text).toMatch(/"path": "\/memory\/[0-9a-f]{8}-[0-9a-f]{4}-4/);
    expect(text).toMatch(/"path": "\/memory\/history\/[0-9a-f]{8}-/);
    expect(text).toMatch(/"query": "[^"]*\p{Script=Han}/u);
    const agents = new Set(records(lines).map((record) => record["agent_id"]));
    expect(agents.size).toBeGreaterThan(5);
  });

  it("writes no query and no memory unless it is asked to", () => {
    const text = auditLines(5000, { detailShare: 0 })
      .map((line) => line.text)
      .join("\n");
    expect(text).not.toContain("retrieval_detail");
  });
});
