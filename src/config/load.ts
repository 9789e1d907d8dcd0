/** Makes the configuration in force out of flags, environment, file and defaults, or says what is wrong with it. */
import { type ConfiguredModels, chooseModels } from "../cost/models.ts";
import type { PriceBookOptions } from "../cost/price-book.ts";
import { errorCode, type Files } from "../system/files.ts";
import { coerceSubstituted } from "./coerce.ts";
import { type Explanation, explain } from "./explain.ts";
import type { ConfigPath } from "./json-schema.ts";
import { applyOverrides, type ConfigFlags, findOverrides, type Override, originOf } from "./overrides.ts";
import { type ConfigProblem, formatKey } from "./problem.ts";
import { brokenRules, doubts } from "./rules.ts";
import { type Settings, settingsSchema } from "./schema.ts";
import { hasReference, substitute } from "./substitute.ts";
import { decodeUtf8 } from "./utf8.ts";
import { YamlSource } from "./yaml-source.ts";

/** The configuration in force: nothing is left open. */
export interface Config extends Omit<Settings, "models" | "pricing"> {
  readonly models: ConfiguredModels;
  readonly pricing: Settings["pricing"] & PriceBookOptions;
}

export interface LoadOptions extends ConfigFlags {
  /** `--config`; else `MEM0_AUDIT_CONFIG`; else there is no file. */
  readonly file?: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly files: Pick<Files, "readWhole">;
  /** Through which the files of `${file:PATH}` are read; without it through `files`. */
  readonly secrets?: Pick<Files, "readWhole"> | undefined;
}

export type LoadedConfig =
  | {
      readonly ok: true;
      readonly config: Config;
      /** Doubtful but allowed: each worth a line in the log. */
      readonly warnings: readonly string[];
      /** The file it came from; undefined if there is none. */
      readonly file: string | undefined;
    }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

const DEFAULT_REGION = "us-east-1";
const FILE_BYTES_MAX = 1024 * 1024;

/** Loads the configuration. Never rejects: whatever is wrong is a problem in the answer. */
export async function loadConfig(options: LoadOptions): Promise<LoadedConfig> {
  const { environment, files } = options;
  const file = options.file ?? (environment["MEM0_AUDIT_CONFIG"] || undefined);
  const overrides = findOverrides(options, environment);
  if (file === undefined) return validate({}, undefined, undefined, overrides, environment);

  const text = await readText(file, files);
  if (!text.ok) return { ok: false, problems: [wholeFile(file, text.message)] };
  const source = YamlSource.parse(file, text.text);
  if (!(source instanceof YamlSource)) return { ok: false, problems: source };
  const problems = await substituteAll(file, source, options);
  if (problems.length > 0) return { ok: false, problems };

  const values = source.values();
  if (!values)
    return {
      ok: false,
      problems: [wholeFile(file, "cannot be read: its aliases multiply without measure")],
    };
  const root = values.value ?? {};
  if (typeof root !== "object" || Array.isArray(root)) {
    return {
      ok: false,
      problems: [
        {
          ...wholeFile(file, "expected keys and values like state_dir: ./state"),
          ...source.placeOf([], "value"),
        },
      ],
    };
  }
  return validate(withoutEmptySections(root), file, source, overrides, environment);
}

function wholeFile(file: string, message: string): ConfigProblem {
  return { file, line: 1, column: 1, key: "", message };
}

type FileText =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly message: string };

async function readText(file: string, files: Pick<Files, "readWhole">): Promise<FileText> {
  try {
    const content = await files.readWhole(file);
    if (content === undefined) return { ok: false, message: "there is no such file" };
    if (content.length > FILE_BYTES_MAX) return { ok: false, message: "a configuration has at most 1 MiB" };
    const text = decodeUtf8(content);
    return text === undefined ? { ok: false, message: "expected UTF-8 text" } : { ok: true, text };
  } catch (error) {
    return { ok: false, message: `cannot be read (${errorCode(error) ?? String(error)})` };
  }
}

async function substituteAll(
  file: string,
  source: YamlSource,
  { environment, files, secrets = files }: LoadOptions,
): Promise<readonly ConfigProblem[]> {
  const context = { environment, files: secrets };
  const problems: ConfigProblem[] = [];
  for (const text of source.texts()) {
    for (const { reference, message } of await substitute(text, context)) {
      problems.push({ file, ...text.placeOf(reference), key: formatKey(text.path), message });
    }
  }
  return problems;
}

/** A section whose lines are all commented out (`sinks:` and nothing after it) counts as not written. */
function withoutEmptySections(root: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(root).filter(([, value]) => value !== null));
}

function validate(
  root: Record<string, unknown>,
  file: string | undefined,
  source: YamlSource | undefined,
  overrides: readonly Override[],
  environment: LoadOptions["environment"],
): LoadedConfig {
  const value = applyOverrides(root, overrides);
  const originalAt = (path: ConfigPath) => source?.originalAt(path);
  const isSubstituted = (path: ConfigPath) => hasReference(originalAt(path) ?? "");

  let parsed = settingsSchema.safeParse(value);
  if (!parsed.success && coerceSubstituted(value, parsed.error.issues, isSubstituted)) {
    parsed = settingsSchema.safeParse(value);
  }
  const explanations = parsed.success
    ? brokenRules(parsed.data)
    : parsed.error.issues.flatMap((issue) => explain(issue, { value, originalAt }));
  if (!parsed.success || explanations.length > 0) {
    const problems = explanations.map((explanation) => locate(explanation, file, source, overrides));
    return { ok: false, problems: problems.sort(byPlace) };
  }
  return { ok: true, config: resolveSettings(parsed.data, environment), warnings: doubts(parsed.data), file };
}

function byPlace(one: ConfigProblem, other: ConfigProblem): number {
  return (one.line ?? 0) - (other.line ?? 0) || (one.column ?? 0) - (other.column ?? 0);
}

function locate(
  { path, part, message }: Explanation,
  file: string | undefined,
  source: YamlSource | undefined,
  overrides: readonly Override[],
): ConfigProblem {
  const key = formatKey(path);
  const origin = originOf(path, overrides);
  if (origin !== undefined || source === undefined) {
    return { file: origin ?? file ?? "configuration", line: undefined, column: undefined, key, message };
  }
  return { file: file ?? "configuration", ...source.placeOf(path, part), key, message };
}

function resolveSettings(settings: Settings, environment: LoadOptions["environment"]): Config {
  return {
    ...settings,
    models: chooseModels(settings.models, environment),
    pricing: {
      ...settings.pricing,
      region: settings.pricing.region ?? (environment["AWS_REGION"] || DEFAULT_REGION),
    },
  };
}
