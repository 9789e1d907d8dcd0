/** The configuration's JSON Schema: for editors, for the reference page, and to look up what a key may hold. */
import { z } from "zod";
import { settingsSchema } from "./schema.ts";

/** The part of JSON Schema that the configuration uses. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly examples?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly writeOnly?: boolean;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

/** What `${VAR}` looks like: editors must accept it in the place of any value. */
const SUBSTITUTION_PATTERN = "\\$\\{";

let cached: JsonSchema | undefined;

/** The schema of the file as people write it (draft-07: the newest that editors' YAML support understands). */
export function configJsonSchema(): JsonSchema {
  cached ??= z.toJSONSchema(settingsSchema, {
    target: "draft-7",
    io: "input",
    override: ({ jsonSchema }) => {
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      const { type, ...others } = jsonSchema.properties ?? {};
      if (type !== undefined) jsonSchema.properties = { type, ...others };
    },
  }) as JsonSchema;
  return cached;
}

/** The same for editors: wherever a value is checked, a substitution such as `${VAR}` passes too. */
export function editorJsonSchema(): JsonSchema {
  const accept = (schema: JsonSchema): JsonSchema => {
    const { format: _checkedHereOnly, ...inner } = mapSchema(schema, accept);
    if (inner.pattern !== undefined) return { ...inner, pattern: `${inner.pattern}|${SUBSTITUTION_PATTERN}` };
    if (typeof inner.type !== "string" || !["integer", "number", "boolean"].includes(inner.type))
      return inner;
    return { ...inner, type: [inner.type, "string"], pattern: SUBSTITUTION_PATTERN };
  };
  return accept(configJsonSchema());
}

function mapSchema(schema: JsonSchema, map: (inner: JsonSchema) => JsonSchema): JsonSchema {
  const { properties, additionalProperties, items, anyOf, oneOf } = schema;
  return {
    ...schema,
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([key, inner]) => [key, map(inner)])),
    }),
    ...(typeof additionalProperties === "object" && { additionalProperties: map(additionalProperties) }),
    ...(items && { items: map(items) }),
    ...(anyOf && { anyOf: anyOf.map(map) }),
    ...(oneOf && { oneOf: oneOf.map(map) }),
  };
}

export type ConfigPath = readonly (string | number)[];

/**
 * Every alternative that the schema has for the value at `path`; none if there can be no such value.
 *
 * @param typeAt the `type` that a configuration gives at a path: alternatives of other types are left out
 */
export function schemasAt(
  path: ConfigPath,
  typeAt: (path: ConfigPath) => unknown = () => undefined,
): readonly JsonSchema[] {
  let schemas = alternatives(configJsonSchema());
  for (const [index, part] of path.entries()) {
    const type = typeAt(path.slice(0, index + 1));
    schemas = schemas
      .flatMap((schema) => childSchemas(schema, part))
      .flatMap(alternatives)
      .filter((schema) => isOfType(schema, type));
  }
  return schemas;
}

function isOfType({ properties }: JsonSchema, type: unknown): boolean {
  const own = properties?.["type"]?.const;
  return own === undefined || type === undefined || own === type;
}

/** The schema itself, or what it chooses among. */
export function alternatives(schema: JsonSchema): readonly JsonSchema[] {
  const choices = schema.oneOf ?? schema.anyOf;
  return choices ? choices.flatMap(alternatives) : [schema];
}

function childSchemas(schema: JsonSchema, part: string | number): readonly JsonSchema[] {
  if (typeof part === "number") return schema.items ? [schema.items] : [];
  const { properties, additionalProperties } = schema;
  if (properties && Object.hasOwn(properties, part)) return properties[part] ? [properties[part]] : [];
  return typeof additionalProperties === "object" ? [additionalProperties] : [];
}

/** The keys that are known in the mapping at `path`; `typeAt` as for `schemasAt`. */
export function knownKeysAt(path: ConfigPath, typeAt?: (path: ConfigPath) => unknown): readonly string[] {
  return [...new Set(schemasAt(path, typeAt).flatMap(({ properties }) => Object.keys(properties ?? {})))];
}

/** True if the value at `path`, or anything around it, must never be shown. */
export function isSecretAt(path: ConfigPath): boolean {
  return path.some((_, index) =>
    schemasAt(path.slice(0, index + 1)).some((schema) => schema.writeOnly === true),
  );
}
