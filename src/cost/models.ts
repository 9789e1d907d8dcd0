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
   * The models in use before, each until a moment (ISO 8601, excluded), oldest first; the configuration names
   * them. So that a change of model does not reprice the records from before it.
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

/** The models that the configuration names. */
export interface NamedModels {
  readonly llm?: string | undefined;
  readonly embedding?: string | undefined;
}

/** Models that were in use until a moment: a day (00:00 UTC) or an instant with its zone, excluded. */
export interface EarlierModels extends NamedModels {
  readonly until: string;
}

/**
 * Chooses the models: what the configuration names, else `LLM_MODEL` and `EMBEDDING_MODEL`, else the
 * documentation's. An empty name is none. `earlier` may be in any order.
 */
export function chooseModels(
  configured: NamedModels & { readonly earlier?: readonly EarlierModels[] },
  environment: Readonly<Record<string, string | undefined>>,
): ConfiguredModels {
  const { llm, embedding, earlier = [] } = configured;
  return {
    llm: {
      ...choose(llm, environment["LLM_MODEL"], DOCUMENTED_MODELS.llm),
      ...timelineOf(earlier, "llm"),
    },
    embedding: {
      ...choose(embedding, environment["EMBEDDING_MODEL"], DOCUMENTED_MODELS.embedding),
      ...timelineOf(earlier, "embedding"),
    },
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

/** What was used before for one purpose, oldest first; nothing if nothing is said of it. */
function timelineOf(
  earlier: readonly EarlierModels[],
  purpose: keyof NamedModels,
): Pick<ConfiguredModel, "earlier"> {
  const named = earlier.flatMap(({ until, [purpose]: model }) => (model ? [{ until, model }] : []));
  if (named.length === 0) return {};
  return { earlier: named.toSorted((one, other) => Date.parse(one.until) - Date.parse(other.until)) };
}

/** The models in force as a configuration would name them. */
export function writtenModels({ llm, embedding }: ConfiguredModels): Required<NamedModels> & {
  readonly earlier: EarlierModels[];
} {
  return {
    llm: llm.model,
    embedding: embedding.model,
    earlier: [
      ...(llm.earlier ?? []).map(({ until, model }) => ({ until, llm: model })),
      ...(embedding.earlier ?? []).map(({ until, model }) => ({ until, embedding: model })),
    ],
  };
}
