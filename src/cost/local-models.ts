/** Local models: free by rule, told by how their ids begin. Their calls and tokens still count. */
import type { CatalogRow } from "./catalog.ts";

function free(provider: string, prefix: string): CatalogRow {
  return {
    model: "*",
    provider,
    category: "llm",
    regions: ["*"],
    prefixes: [prefix],
    prices: [
      {
        input_cost_per_million: "0",
        output_cost_per_million: "0",
        source: "rule: models run locally are free",
        checked: "",
      },
    ],
  };
}

/** One row for each beginning, in LiteLLM's spelling and that of mem0's providers. A bare name (`llama3.1:8b`) could be anybody's. */
export const LOCAL_ROWS: readonly CatalogRow[] = [
  free("ollama", "ollama/"),
  free("ollama", "ollama_chat/"),
  free("lm_studio", "lm_studio/"),
  free("lm_studio", "lmstudio/"),
  free("vllm", "vllm/"),
  free("vllm", "hosted_vllm/"),
  free("llamafile", "llamafile/"),
];

/** The row of a local model's id; undefined if it is none, or a beginning without a name. */
export function findLocal(model: string): CatalogRow | undefined {
  return LOCAL_ROWS.find(({ prefixes: [prefix = ""] }) => model.startsWith(prefix) && model !== prefix);
}
