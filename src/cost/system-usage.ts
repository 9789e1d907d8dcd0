/** Which usage is of category `system`: of the installation itself, not of those that it serves. */

import { matchesAny, type PatternTest } from "../record/pattern.ts";
import type { AuditRecord } from "../record/record.ts";
import { routeOf } from "../record/route.ts";

/** Patterns with `*` and `?`; usage that one of them matches is of category `system`. */
export interface SystemRules {
  /** Of `agent_id`, as it is shipped. */
  readonly agents: readonly string[];
  /** Of `url.template`, the path with its ids replaced. */
  readonly paths: readonly string[];
  /** Of the model that is priced, whether the record names it or the configuration. */
  readonly models: readonly string[];
}

/** Programs beside the service record their calls under paths of this kind: digests, generated training data. */
export const DEFAULT_SYSTEM_PATHS: readonly string[] = ["/pipelines/*"];

const NO_RULES: SystemRules = { agents: [], paths: DEFAULT_SYSTEM_PATHS, models: [] };

export class SystemUsage {
  readonly #hasAgents: boolean;
  readonly #hasPaths: boolean;
  readonly #agents: PatternTest;
  readonly #paths: PatternTest;
  readonly #models: PatternTest;
  /** The path asked about last, since nearly all usage is of one: a known answer takes no patterns. */
  #lastPath: unknown;
  #lastAnswer = false;

  constructor({ agents, paths, models }: SystemRules = NO_RULES) {
    this.#hasAgents = agents.length > 0;
    this.#hasPaths = paths.length > 0;
    this.#agents = matchesAny(agents);
    this.#paths = matchesAny(paths);
    this.#models = matchesAny(models);
  }

  /** True if usage of this model is of category `system`, whoever used it. */
  hasModel(model: string): boolean {
    return this.#models(model);
  }

  /** True if a usage record is by its agent or its path. */
  has(record: AuditRecord): boolean {
    const { agent_id: agent, path } = record;
    if (this.#hasAgents && typeof agent === "string" && this.#agents(agent)) return true;
    return this.#hasPaths && this.#hasPath(path);
  }

  #hasPath(path: unknown): boolean {
    if (path === this.#lastPath) return this.#lastAnswer;
    const { template } = routeOf(undefined, path);
    this.#lastPath = path;
    this.#lastAnswer = template !== undefined && this.#paths(template);
    return this.#lastAnswer;
  }
}
