/**
 * The step that puts the index template: the daemon's own, and what only `setup` adds: the alias over all indices,
 * and the retention.
 */
import { member } from "../answer.ts";
import type { IndexTemplate } from "../template.ts";
import { indexInTheWay } from "./alias-step.ts";
import { covers, merged, objectOf, without } from "./difference.ts";
import type { Ask, StepDefinition } from "./step.ts";

/** Members of `template` in the index template that make indices be deleted. */
export interface TemplateLifecycle {
  /** True if this server takes them. */
  isSupported(ask: Ask): Promise<boolean>;
  readonly members: Readonly<Record<string, unknown>>;
}

export interface TemplateSubject {
  readonly template: IndexTemplate;
  /** The option `index` without the day, if the names of indices have one. */
  readonly alias: string | undefined;
  readonly lifecycle: TemplateLifecycle | undefined;
}

/** The step that puts the template, and keeps what a person has added to it. */
export function templateStep({ template, alias, lifecycle }: TemplateSubject): StepDefinition {
  const title = `index template "${template.name}"`;
  return {
    title,
    right: "manage index templates",
    examine: async (ask) => {
      const path = `/_index_template/${encodeURIComponent(template.name)}`;
      const finding = await ask(path);
      const found = finding.outcome === "found" ? templateIn(finding.body, template.name) : undefined;
      if (found !== undefined && ownerOf(found) !== ownerOf(template.body)) {
        const message =
          "there is one of this name that mem0-audit-shipper did not make: delete or rename it, or change the option index";
        return { state: "refused", message };
      }
      const obstacle = await nameTaken(ask, template, alias);
      if (obstacle !== undefined) return { state: "refused", message: obstacle };
      const added = {
        ...(alias !== undefined && { aliases: { [alias]: {} } }),
        ...((await lifecycle?.isSupported(ask)) && lifecycle?.members),
      };
      const body = { ...template.body, template: merged(template.body["template"], added) };
      const requestOf = (wanted: unknown) => [{ operation: `PUT ${path}`, body: wanted }];
      if (found === undefined) return { state: "missing", requests: requestOf(body) };
      const wanted = keepingAdditions(found, body, template.name);
      return isSame(found, wanted)
        ? { state: "present" }
        : { state: "different", requests: requestOf(wanted) };
    },
  };
}

/** An index of the alias's name would keep every other index from being made; one of the stream's, the stream. */
async function nameTaken(
  ask: Ask,
  { name, body }: IndexTemplate,
  alias: string | undefined,
): Promise<string | undefined> {
  if (alias !== undefined) return indexInTheWay(ask, alias, "alias");
  return "data_stream" in body ? indexInTheWay(ask, name, "data stream") : undefined;
}

function templateIn(body: unknown, name: string): unknown {
  const templates = member(body, "index_templates");
  const entries: readonly unknown[] = Array.isArray(templates) ? templates : [];
  return member(
    entries.find((entry) => member(entry, "name") === name),
    "index_template",
  );
}

function ownerOf(template: unknown): unknown {
  return member(member(template, "_meta"), "managed_by");
}

type Body = Readonly<Record<string, unknown>>;

/** What a person has added to the mapping stays, and settings stay as they are; all else becomes ours. */
function keepingAdditions(found: unknown, body: Body, name: string): Body {
  const theirs = objectOf(member(found, "template"));
  const ours = objectOf(body["template"]);
  const ourIndex = objectOf(member(ours["settings"], "index"));
  // Which policy holds, and whether the name is an alias, is for us to say: it may have been otherwise before.
  const index = {
    ...merged(ourIndex, without(member(theirs["settings"], "index"), "lifecycle")),
    ...("lifecycle" in ourIndex && { lifecycle: ourIndex["lifecycle"] }),
  };
  const members = {
    settings: withoutEmpty({ index }),
    mappings: merged(theirs["mappings"], objectOf(ours["mappings"])),
    aliases: { ...without(theirs["aliases"], name), ...objectOf(ours["aliases"]) },
    lifecycle: "lifecycle" in ours ? merged(theirs["lifecycle"], objectOf(ours["lifecycle"])) : {},
  };
  return { ...body, template: withoutEmpty(members) };
}

function withoutEmpty(members: Body): Body {
  return Object.fromEntries(
    Object.entries(members).filter(([, value]) => Object.keys(objectOf(value)).length > 0),
  );
}

const EMPTY_TEMPLATE = { settings: {}, aliases: {}, lifecycle: {} };

/** Nothing that is wanted is missing, and nothing of what is for us to say is left over. */
function isSame(found: unknown, wanted: Body): boolean {
  const theirs = merged(EMPTY_TEMPLATE, objectOf(member(found, "template")));
  const ours = merged(EMPTY_TEMPLATE, objectOf(wanted["template"]));
  return (
    covers(found, without(wanted, "template")) &&
    covers(theirs, ours) &&
    covers(ours, without(theirs, "mappings")) &&
    Object.hasOwn(objectOf(found), "data_stream") === Object.hasOwn(wanted, "data_stream")
  );
}
