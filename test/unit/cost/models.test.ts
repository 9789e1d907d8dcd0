// Goal: the model of records that name none is the most specific one known. Method: a table of sources.
import { expect, it } from "vitest";
import { chooseModels } from "../../../src/cost/models.ts";

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
