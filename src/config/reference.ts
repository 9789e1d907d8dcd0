/** The reference page of the configuration, made from its schema: every key, its type, default and meaning. */
import { alternatives, configJsonSchema, type JsonSchema } from "./json-schema.ts";

interface Row {
  readonly key: string;
  readonly type: string;
  readonly fallback: string;
  readonly meaning: string;
}

const INTRODUCTION = `# Configuration

One YAML file, named by \`--config FILE\` or \`MEM0_AUDIT_CONFIG\`. Without one, \`./audit_logs\` goes into \`./state\`:
no sinks, the embedded store alone. Commented samples are in \`config/\`:
one for each kind of sink, and \`everything.yaml\` with every key.

This page is generated from the schema that validates the file (\`npm run generate\`). The same schema serves
editors: start a file with \`# yaml-language-server: $schema=./config.schema.json\`, the file that is beside
the samples and that \`mem0-audit-shipper schema\` prints.

- **Precedence**: a flag wins over its environment variable, which wins over the file, which wins over the default.
- **Substitution**, in any text: \`\${VAR}\`, \`\${VAR:-default}\` (the default also for an empty variable) and
  \`\${file:PATH}\` (the file's content without its last newline; at most 64 KiB). \`$\${\` stands for \`\${\`. What is
  put in is not searched again. Where a number or a boolean is expected, a text that came from a substitution
  becomes one. Between the braces of a flow mapping such a text needs quotes: \`{token: "\${TOKEN}"}\`.
- **Relative paths** start at the working directory of the process, not at the file.
- **Durations** are \`200ms\`, \`30s\`, \`5m\`, \`2h\`, \`7d\`; **sizes** are \`512B\`, \`64KiB\`, \`5MiB\` (and \`kB\`, \`MB\`, \`GB\`).
- **Mistakes** (unknown keys, wrong types, unset variables) are errors with file, line, column and key, and exit
  code 2. \`mem0-audit-shipper check\` finds them, and tries folders and sinks as well.
- **Secrets** (marked below) are never printed.

| environment variable | flag | key |
| --- | --- | --- |
| \`MEM0_AUDIT_CONFIG\` | \`--config\`, \`-c\` | |
| \`MEM0_AUDIT_DIR\` | \`--audit-dir\` | \`source.directory\` |
| \`MEM0_AUDIT_STATE_DIR\` | \`--state-dir\` | \`state_dir\` |
| \`MEM0_AUDIT_LOG_LEVEL\` | \`--log-level\` | \`log.level\` |
| \`MEM0_AUDIT_HTTP_LISTEN\` | | \`http.listen\` |
| \`MEM0_AUDIT_HTTP_TOKEN\` | | \`http.token\` |
`;

/** The page, in Markdown. */
export function configReference(): string {
  const { properties = {} } = configJsonSchema();
  const { sinks, ...others } = properties;
  const isSection = (schema: JsonSchema) =>
    alternatives(schema).some((kind) => kind.properties !== undefined);
  const sections = Object.entries(others).filter(([, schema]) => isSection(schema));
  const plain = Object.entries(others).filter(([, schema]) => !isSection(schema));
  return [
    INTRODUCTION,
    "## Top level\n",
    table(plain.flatMap(([key, schema]) => rowsOf(key, schema, false))),
    ...sections.flatMap(([key, schema]) => {
      const rows = alternatives(schema).flatMap((kind) => childRows("", kind));
      return [heading(`\`${key}\``, schema), table(mergedRows(rows))];
    }),
    ...(sinks ? sinkSections(sinks) : []),
  ].join("\n");
}

function sinkSections(sinks: JsonSchema): readonly string[] {
  const kinds =
    typeof sinks.additionalProperties === "object" ? alternatives(sinks.additionalProperties) : [];
  const introduction = `${sinks.description} A name has lower-case letters, digits, \`_\` and \`-\`; \`local\` and \`bodies\` are taken.\n`;
  return [
    `## \`sinks\`\n\n${introduction}`,
    ...kinds
      .filter((kind) => kind.properties !== undefined)
      .flatMap((kind) => [`### \`type: ${kind.properties?.["type"]?.const}\`\n`, table(childRows("", kind))]),
  ];
}

function heading(title: string, { description }: JsonSchema): string {
  return `## ${title}\n${description === undefined ? "" : `\n${description}\n`}`;
}

function childRows(prefix: string, { properties = {}, required = [] }: JsonSchema): readonly Row[] {
  return Object.entries(properties).flatMap(([key, schema]) =>
    rowsOf(`${prefix}${key}`, schema, required.includes(key)),
  );
}

/** The row of a key, followed by those of the keys in it. */
function rowsOf(key: string, schema: JsonSchema, isRequired: boolean): readonly Row[] {
  const row = {
    key: `\`${key}\``,
    type: typeOf(schema),
    fallback: isRequired ? "required" : fallbackOf(schema),
    meaning: meaningOf(schema),
  };
  const inner = typeof schema.additionalProperties === "object" ? schema.additionalProperties : {};
  const named = alternatives(inner).flatMap((kind) => childRows(`${key}.<name>.`, kind));
  const own = alternatives(schema).flatMap((kind) => childRows(`${key}.`, kind));
  const listed = schema.items ? childRows(`${key}[].`, schema.items) : [];
  return [row, ...own, ...mergedRows(named), ...listed];
}

/** Keys that several kinds have in common are one row. */
function mergedRows(rows: readonly Row[]): readonly Row[] {
  const byKey = new Map<string, Row>();
  for (const row of rows) {
    const before = byKey.get(row.key) ?? row;
    const isKnown = before.type === row.type || before.type.split(" or ").includes(row.type);
    byKey.set(row.key, isKnown ? before : { ...before, type: `${before.type} or ${row.type}` });
  }
  return [...byKey.values()];
}

function typeOf(schema: JsonSchema): string {
  if (schema.const !== undefined) return code(schema.const);
  if (schema.enum) return schema.enum.map(code).join(", ");
  if (Array.isArray(schema.type)) return schema.type.map((type) => typeOf({ type })).join(" or ");
  if (schema.anyOf) return [...new Set(schema.anyOf.map(typeOf))].join(" or ");
  if (schema.type === "array") return `list of ${schema.items ? typeOf(schema.items) : "values"}`;
  if (schema.type === "object") return "mapping";
  if (schema.type === "integer") return `whole number${rangeOf(schema)}`;
  if (schema.type === "number") return `number${rangeOf(schema)}`;
  if (schema.pattern?.includes("(ms|")) return "duration";
  if (schema.pattern?.includes("KiB")) return "size";
  return schema.type === "string" ? "text" : String(schema.type ?? "any");
}

function rangeOf({ minimum, maximum }: JsonSchema): string {
  return minimum === undefined || maximum === undefined ? "" : `, ${minimum} to ${maximum}`;
}

function fallbackOf({ default: value }: JsonSchema): string {
  const isNothing =
    value === undefined || value === "" || (typeof value === "object" && JSON.stringify(value) === "{}");
  return isNothing ? "" : code(value);
}

function meaningOf({ description = "", writeOnly, examples }: JsonSchema): string {
  const example = examples?.[0];
  const shown = example === undefined ? "" : ` Example: ${code(example)}.`;
  return `${description}${writeOnly ? " **Secret.**" : ""}${shown}`;
}

function code(value: unknown): string {
  return `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
}

function table(rows: readonly Row[]): string {
  const lines = rows.map(
    ({ key, type, fallback, meaning }) => `| ${key} | ${type} | ${fallback} | ${meaning} |`,
  );
  return ["| key | type | default | meaning |", "| --- | --- | --- | --- |", ...lines, ""].join("\n");
}
