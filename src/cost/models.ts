/**
 * Which model made a usage record that names none.
 *
 * The service's own token counter does not write the model, so it is taken from the configuration, else from
 * the service's own environment variables, else from its documentation; the record says which it was.
 */
import type { ModelSource } from "./cost.ts";

/** A model, and where its name is from. */
export interface ConfiguredModel {
  readonly model: string;
  readonly source: ModelSource;
  /**
   * The models in use before, each until a moment (ISO 8601, excluded), oldest first. So that a change of model
   * does not reprice the records from before it.
   */
  readonly earlier?: readonly { readonly until: string; readonly model: string }[];
}

export interface ConfiguredModels {
  readonly llm: ConfiguredModel;
  readonly embedding: ConfiguredModel;
}

/** The models of the service's documentation. */
export const DOCUMENTED_MODELS = {
  llm: "us.anthropic.claude-3-5-haiku-20241022-v1:0",
  embedding: "amazon.titan-embed-text-v2:0",
} as const;

/**
 * Chooses the models: what the configuration names, else `LLM_MODEL` and `EMBEDDING_MODEL`, else the
 * documentation's. An empty name is none.
 */
export function chooseModels(
  configured: { readonly llm?: string | undefined; readonly embedding?: string | undefined },
  environment: Readonly<Record<string, string | undefined>>,
): ConfiguredModels {
  return {
    llm: choose(configured.llm, environment["LLM_MODEL"], DOCUMENTED_MODELS.llm),
    embedding: choose(configured.embedding, environment["EMBEDDING_MODEL"], DOCUMENTED_MODELS.embedding),
  };
}

function choose(
  configured: string | undefined,
  variable: string | undefined,
  documented: string,
): ConfiguredModel {
  if (configured) return { model: configured, source: "config" };
  if (variable) return { model: variable, source: "env" };
  return { model: documented, source: "default" };
}
