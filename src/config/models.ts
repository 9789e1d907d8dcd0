/** Which models the service uses: from the configuration, from its own variables, or as its documentation says. */
import type { Settings } from "./schema.ts";

/** A model and who named it. */
export interface ConfiguredModel {
  readonly model: string;
  readonly source: "config" | "env" | "default";
}

export interface ConfiguredModels {
  readonly llm: ConfiguredModel;
  readonly embedding: ConfiguredModel;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** What the service's documentation names as the defaults of `LLM_MODEL` and `EMBEDDING_MODEL`. */
const DOCUMENTED_LLM = "us.anthropic.claude-3-5-haiku-20241022-v1:0";
const DOCUMENTED_EMBEDDING = "amazon.titan-embed-text-v2:0";

function choose(
  configured: string | undefined,
  variable: string | undefined,
  documented: string,
): ConfiguredModel {
  if (configured !== undefined) return { model: configured, source: "config" };
  const model = variable?.trim();
  return model ? { model, source: "env" } : { model: documented, source: "default" };
}

/** The models, each with its source. */
export function resolveModels(models: Settings["models"], environment: Environment): ConfiguredModels {
  return {
    llm: choose(models.llm, environment["LLM_MODEL"], DOCUMENTED_LLM),
    embedding: choose(models.embedding, environment["EMBEDDING_MODEL"], DOCUMENTED_EMBEDDING),
  };
}

/** The AWS region whose prices hold. */
export function resolveRegion(configured: string | undefined, environment: Environment): string {
  return configured ?? (environment["AWS_REGION"]?.trim() || "us-east-1");
}
