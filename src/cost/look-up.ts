/**
 * Which row prices a model: a fixed order of rules, of which the first that finds something decides.
 *
 * 1. the configuration's price of exactly this id; 2. the model that the configuration says this id stands for;
 * 3. the catalog, exact id and region; 4. the catalog, behind a prefix that the row lists; 5. the catalog, after the
 * head of an ARN; 6. local models, which are free by rule. Else there is no price, and the cost is unknown rather
 * than zero. Each rule says why it applies or not: `prices explain` prints what the look-up did, not what it should.
 */
import type { Catalog, CatalogRow } from "./catalog.ts";
import { findLocal, LOCAL_ROWS } from "./local-models.ts";

/** The rules in their order. */
export type Rule = "config" | "alias" | "catalog" | "catalog_prefix" | "catalog_arn" | "local";

/** A rule that was tried. Where there is a row, or `decides` is true, no further rule is. */
export interface Tried {
  readonly rule: Rule;
  /** What the rule found; undefined: nothing. */
  readonly row?: CatalogRow;
  readonly decides?: boolean;
  /** Why it applies or not: half a sentence. */
  readonly reason: string;
}

/** Where rows are looked for. */
export interface LookUp {
  readonly catalog: Catalog;
  /** The AWS region whose prices hold where an id does not name its own. */
  readonly region: string;
  /** Rows of the configuration by exact id. */
  readonly overrides: ReadonlyMap<string, CatalogRow>;
  /** What other names of models stand for. */
  readonly aliases: ReadonlyMap<string, string>;
}

/** The head of a Bedrock ARN, its region, and the id after it. */
const BEDROCK_ARN = /^arn:aws[a-z-]*:bedrock:([a-z0-9-]*):\d*:(?:foundation-model|inference-profile)\/(.+)$/;
/** Bedrock ARNs whose last part is an account's own id and says nothing of the model. */
const OPAQUE_ARN = /^arn:aws[a-z-]*:bedrock:[a-z0-9-]*:\d*:([a-z-]+)\//;

/** Tries the rules on a model, until one decides. */
export function* tryRules(lookUp: LookUp, model: string): Generator<Tried> {
  for (const tryRule of [tryOverride, tryAlias, tryCatalog, tryPrefix, tryArn, tryLocal]) {
    const tried = tryRule(lookUp, model);
    yield tried;
    if (tried.row !== undefined || tried.decides) return;
  }
}

/** The row that the rules find, and by which of them; undefined if the model has no price. */
export function findRow(
  lookUp: LookUp,
  model: string,
): { readonly rule: Rule; readonly row: CatalogRow } | undefined {
  for (const { rule, row } of tryRules(lookUp, model)) if (row !== undefined) return { rule, row };
  return undefined;
}

function found(rule: Rule, row: CatalogRow, reason: string): Tried {
  return { rule, row, reason };
}

function tryOverride({ overrides }: LookUp, model: string): Tried {
  const row = overrides.get(model);
  if (row !== undefined) return found("config", row, "pricing.overrides has exactly this id");
  return { rule: "config", reason: "pricing.overrides does not have this id" };
}

function tryAlias(lookUp: LookUp, model: string): Tried {
  const meant = lookUp.aliases.get(model);
  if (meant === undefined) return { rule: "alias", reason: "pricing.aliases does not have this id" };
  const row = findRow({ ...lookUp, aliases: new Map() }, meant)?.row;
  if (row !== undefined) return found("alias", row, `pricing.aliases says that it stands for ${meant}`);
  return {
    rule: "alias",
    decides: true,
    reason: `pricing.aliases says that it stands for ${meant}, which has no price; an alias is followed once`,
  };
}

function tryCatalog({ catalog, region }: LookUp, model: string): Tried {
  const match = catalog.find(model, region);
  if (match?.isBareId)
    return found("catalog", match.row, `the catalog has this id for ${placeOf(match.row, region)}`);
  return { rule: "catalog", reason: match ? "it is no model's bare id" : absence(catalog, model, region) };
}

function tryPrefix({ catalog, region }: LookUp, model: string): Tried {
  const match = catalog.find(model, region);
  if (match === undefined)
    return { rule: "catalog_prefix", reason: `no row for ${region} lists a prefix of this id` };
  const { row } = match;
  const prefix = model.slice(0, model.length - row.model.length);
  return found(
    "catalog_prefix",
    row,
    `the row of ${row.model} for ${placeOf(row, region)} lists the prefix ${prefix}`,
  );
}

function tryArn(lookUp: LookUp, model: string): Tried {
  const [, named, id] = BEDROCK_ARN.exec(model) ?? [];
  if (id === undefined) return { rule: "catalog_arn", reason: arnProblem(model) };
  const region = named || lookUp.region;
  const match = lookUp.catalog.find(id, region);
  if (match === undefined)
    return { rule: "catalog_arn", reason: `of ${id}, ${absence(lookUp.catalog, id, region)}` };
  return found(
    "catalog_arn",
    match.row,
    `the ARN names ${id}, which the catalog has for ${placeOf(match.row, region)}`,
  );
}

function arnProblem(model: string): string {
  const kind = OPAQUE_ARN.exec(model)?.[1];
  return kind === undefined
    ? "it is no ARN of a foundation model or an inference profile"
    : `an ARN of the kind ${kind} does not say which model it is; name it under pricing.aliases`;
}

function tryLocal(_lookUp: LookUp, model: string): Tried {
  const row = findLocal(model);
  if (row !== undefined)
    return found("local", row, `models that begin with ${row.prefixes[0]} are run locally`);
  const beginnings = LOCAL_ROWS.map(({ prefixes }) => prefixes[0]).join(" ");
  return { rule: "local", reason: `it begins with none of ${beginnings}` };
}

function placeOf({ regions }: CatalogRow, region: string): string {
  return regions.includes(region) ? region : `${region}, by a price for all regions`;
}

function absence(catalog: Catalog, id: string, region: string): string {
  const regions = catalog.regionsOf(id);
  if (regions.length === 0) return "the catalog does not have this id";
  return `the catalog has this id only for ${describeRegions(regions)}, not for ${region}`;
}

/** Regions in words, each once, in order: `*` is all but those of closed partitions. */
export function describeRegions(regions: readonly string[]): string {
  const names = [...new Set(regions)].sort();
  return names.map((region) => (region === "*" ? "all regions but closed ones" : region)).join(", ");
}
