// Goal: the model of records that name none is the most specific one known. Method: a table of sources.
import { expect, it } from "vitest";
import { chooseModels, writtenModels } from "../../../src/cost/models.ts";

it("takes the configuration before the environment before the documentation", () => {
  const environment = { LLM_MODEL: "env-llm", EMBEDDING_MODEL: "env-embedding" };
  expect(chooseModels({ llm: "config-llm" }, environment)).toEqual({
    llm: { model: "config-llm", source: "config" },
    embedding: { model: "env-embedding", source: "env" },
  });
  expect(chooseModels({}, {})).toEqual({
    llm: { model: "us.anthropic.claude-3-5-haiku-20241022-v1:0", source: "default" },
    embedding: { model: "amazon.titan-embed-text-v2:0", source: "default" },
  });
});

it("takes an empty name as none", () => {
  expect(chooseModels({ llm: "" }, { LLM_MODEL: "", EMBEDDING_MODEL: "e" })).toMatchObject({
    llm: { source: "default" },
    embedding: { model: "e", source: "env" },
  });
});

it("keeps what was used before, oldest first, each purpose for itself", () => {
  const earlier = [
    { until: "2026-06-01", llm: "second" },
    { until: "2026-03-01T08:00:00+08:00", llm: "first", embedding: "e" },
  ];
  const models = chooseModels({ earlier }, {});
  expect(models.llm.earlier).toEqual([
    { until: "2026-03-01T08:00:00+08:00", model: "first" },
    { until: "2026-06-01", model: "second" },
  ]);
  expect(models.embedding.earlier).toEqual([{ until: "2026-03-01T08:00:00+08:00", model: "e" }]);
});

it("can be written down again so that it means the same", () => {
  const earlier = [{ until: "2026-03-01", llm: "old", embedding: "old-e" }];
  const models = chooseModels({ llm: "new", embedding: "e", earlier }, {});
  expect(chooseModels(writtenModels(models), {})).toEqual(models);
});
