/** The step that puts the alias on the daily indices that are there; later ones get it from the template. */
import { member } from "../answer.ts";
import type { IndexName } from "../index-name.ts";
import type { Ask, StepDefinition } from "./step.ts";

/** Why `name` cannot be that of an alias or data stream, and what to do: an index has it. Undefined if none has. */
export async function indexInTheWay(
  ask: Ask,
  name: string,
  of: "alias" | "data stream",
): Promise<string | undefined> {
  const finding = await ask(resolvePath(name));
  const indices = finding.outcome === "found" ? indicesIn(finding.body) : [];
  if (!indices.some((index) => index.name === name)) return undefined;
  return (
    `an index named "${name}" is in the way of the ${of} (the service's guides for Fluent Bit and Vector make one): ` +
    `end what writes into it, copy it by POST /_reindex into "${name}-0", delete it, and run setup again`
  );
}

/** The step that puts `alias` on the indices of the option `index`. */
export function aliasStep(index: IndexName, alias: string): StepDefinition {
  return {
    title: `alias "${alias}" on the indices that are there`,
    right: "manage aliases",
    examine: async (ask) => {
      const obstacle = await indexInTheWay(ask, alias, "alias");
      if (obstacle !== undefined) return { state: "refused", message: obstacle };
      const finding = await ask(resolvePath(index.pattern));
      const there = finding.outcome === "found" ? indicesIn(finding.body) : [];
      const ofDays = there.filter(({ name }) => isIndexOfDay(name, index));
      const lacking = ofDays.filter(({ aliases }) => !aliases.includes(alias));
      if (lacking.length === 0) return { state: "present" };
      const actions = lacking.map(({ name }) => ({ add: { index: name, alias } }));
      const requests = [{ operation: "POST /_aliases", body: { actions } }];
      return { state: lacking.length === ofDays.length ? "missing" : "different", requests };
    },
  };
}

function resolvePath(expression: string): string {
  return `/_resolve/index/${encodeURIComponent(expression)}?expand_wildcards=open,closed`;
}

interface FoundIndex {
  readonly name: string;
  readonly aliases: readonly unknown[];
}

function indicesIn(body: unknown): readonly FoundIndex[] {
  const indices = member(body, "indices");
  const entries: readonly unknown[] = Array.isArray(indices) ? indices : [];
  return entries.map((entry) => {
    const aliases = member(entry, "aliases");
    return { name: String(member(entry, "name")), aliases: Array.isArray(aliases) ? aliases : [] };
  });
}

/**
 * The pattern alone would also match indices of others, such as `mem0-audit-logs-test`. A copy with a number in place of
 * the day, `mem0-audit-logs-0`, belongs to ours.
 */
function isIndexOfDay(name: string, { pattern }: IndexName): boolean {
  const literals = pattern.split("*").map((text) => text.replace(/[^a-z0-9]/g, "\\$&"));
  return new RegExp(`^${literals.join("[\\d._-]+")}$`).test(name);
}
