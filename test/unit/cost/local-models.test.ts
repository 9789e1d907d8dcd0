// Goal: local models are free, by how their ids begin and by nothing else. Method: tables of ids.
import { expect, it } from "vitest";
import { findLocal } from "../../../src/cost/local-models.ts";

it.each([
  ["ollama/llama3.1:8b", "ollama"],
  ["ollama_chat/qwen3", "ollama"],
  ["lm_studio/qwen3-8b", "lm_studio"],
  ["lmstudio/qwen3-8b", "lm_studio"],
  ["vllm/meta-llama/Llama-3.1-8B-Instruct", "vllm"],
  ["hosted_vllm/BAAI/bge-m3", "vllm"],
  ["llamafile/mistral", "llamafile"],
])("%s is run by %s and free", (model, provider) => {
  const row = findLocal(model);
  expect(row).toMatchObject({ provider });
  expect(row?.prices).toMatchObject([{ input_cost_per_million: "0", output_cost_per_million: "0" }]);
});

it.each(["ollama/", "vllm/", "llama3.1:8b", "nomic-embed-text", "my-ollama/llama3", "Ollama/llama3", ""])(
  "%o is not known to be local",
  (model) => {
    expect(findLocal(model)).toBeUndefined();
  },
);
