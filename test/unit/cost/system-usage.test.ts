/**
 * Goal: usage is the system's own by its agent, its path or its model, and only by those that the rules name.
 * Method: rules of one kind each, and records on both sides of them.
 */
import { describe, expect, it } from "vitest";
import { type SystemRules, SystemUsage } from "../../../src/cost/system-usage.ts";

function usage(rules: Partial<SystemRules>): SystemUsage {
  return new SystemUsage({ agents: [], paths: [], models: [], ...rules });
}

describe("system usage", () => {
  it("is told by the agent", () => {
    const system = usage({ agents: ["digest", "train-*"] });
    const agents = ["digest", "train-7", "digest2", "-", undefined, 7];
    expect(agents.map((agent_id) => system.has({ agent_id }))).toEqual([
      ...[true, true, false, false, false, false],
    ]);
  });

  it("is told by the path with its ids replaced", () => {
    const system = usage({ paths: ["/jobs/{id}/train", "/memory/dream"] });
    const paths = ["/jobs/42/train", "/memory/dream/?a=b", "/jobs/new/train", "/memory/add", undefined, {}];
    expect(paths.map((path) => system.has({ path }))).toEqual([true, true, false, false, false, false]);
  });

  it("is told by the model", () => {
    const system = usage({ models: ["ollama/*"] });
    expect(["ollama/llama3", "llama3"].map((model) => system.hasModel(model))).toEqual([true, false]);
    expect(system.has({ model: "ollama/llama3" })).toBe(false);
  });

  it("is that of programs beside the service if there are no rules, and none if they are empty", () => {
    const record = { path: "/pipelines/auto_dream", agent_id: "auto_dream" };
    expect([new SystemUsage(), usage({})].map((system) => system.has(record))).toEqual([true, false]);
  });
});
