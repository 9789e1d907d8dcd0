// Goal: the timeline of models and the agents of the system are read from the configuration, and slips are told with their place.
// Method: whole configurations, loaded; what is in force is also printed and loaded again.
import { expect, test } from "vitest";
import { maskSecrets } from "../../../src/config/print.ts";
import { configOf, problemsOf } from "./loading.ts";

const TIMELINE = `models:
  llm: new
  earlier:
    - {until: 2026-06-01, llm: second}
    - {until: "2026-03-01T08:00:00+08:00", llm: first, embedding: old}
`;

test("models from before are known by their dates, oldest first", async () => {
  const { models } = await configOf(TIMELINE);
  expect(models.llm).toEqual({
    model: "new",
    source: "config",
    earlier: [
      { until: "2026-03-01T08:00:00+08:00", model: "first" },
      { until: "2026-06-01", model: "second" },
    ],
  });
  expect(models.embedding.earlier).toEqual([{ until: "2026-03-01T08:00:00+08:00", model: "old" }]);
});

test("what is printed means the same", async () => {
  const config = await configOf(TIMELINE);
  const printed = await configOf(JSON.stringify(maskSecrets(config)));
  expect(printed.models.llm).toEqual(config.models.llm);
  expect(printed.models.embedding.earlier).toEqual(config.models.embedding.earlier);
});

test("agents of the system and prices of caches are read", async () => {
  const { pricing } = await configOf(
    "pricing: {system: {agents: [digest]}, overrides: {m: {input_cost_per_million: 1, cache_read_input_cost_per_million: 0.1}}}",
  );
  expect(pricing.system).toEqual({ agents: ["digest"], paths: ["/pipelines/*"], models: [] });
  expect(pricing.overrides).toEqual([
    {
      model: "m",
      input_cost_per_million: "1",
      output_cost_per_million: "0",
      cache_read_input_cost_per_million: "0.1",
    },
  ]);
});

test.each([
  [
    "models: {earlier: [{until: yesterday, llm: a}]}",
    'models.earlier[0].until: expected a day like "2026-03-01"',
  ],
  [
    "models: {earlier: [{until: 2026-02-30, llm: a}]}",
    'models.earlier[0].until: expected a day like "2026-03-01"',
  ],
  [
    "models: {earlier: [{until: 2026-02-01T10:00:00, llm: a}]}",
    "models.earlier[0].until: expected a day like",
  ],
  ["models: {earlier: [{llm: a}]}", "models.earlier[0].until: expected a day like"],
  [
    "models: {earlier: [{until: 2026-02-01, llm: a}, {until: 2026-02-01T00:00:00Z, llm: b}]}",
    "models.earlier[1].until: expected one llm until 2026-02-01T00:00:00Z, found two",
  ],
])("%s is refused", async (text, problem) => {
  expect(await problemsOf(text)).toEqual([expect.stringContaining(problem)]);
});
