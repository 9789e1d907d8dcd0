/**
 * `${VAR}`, `${VAR:-default}` and `${file:PATH}` in the texts of a configuration file.
 *
 * `$${` stands for `${`. What is put in is not searched again, so a secret may contain anything.
 */
import { didYouMean } from "../system/did-you-mean.ts";
import { errorCode, type Files } from "../system/files.ts";
import { decodeUtf8 } from "./utf8.ts";
import type { SourceText } from "./yaml-source.ts";

export interface SubstitutionContext {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly files: Pick<Files, "readWhole">;
}

export interface SubstitutionProblem {
  /** The reference as it was written. */
  readonly reference: string;
  readonly message: string;
}

type Value = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly message: string };

const REFERENCE = /\$\$\{|\$\{[^}]*\}?/g;
const VARIABLE = /^([A-Za-z_][A-Za-z0-9_]*)(?::-([\s\S]*))?$/;
const FILE_BYTES_MAX = 64 * 1024;

/** True if `text` holds anything to substitute. */
export function hasReference(text: string): boolean {
  return text.includes("${");
}

/** Replaces all references in `source`; returns those that cannot be. */
export async function substitute(
  source: Pick<SourceText, "text" | "replace">,
  context: SubstitutionContext,
): Promise<readonly SubstitutionProblem[]> {
  const problems: SubstitutionProblem[] = [];
  let result = "";
  let end = 0;
  for (const match of source.text.matchAll(REFERENCE)) {
    const value = await resolveReference(match[0], context);
    if (!value.ok) problems.push({ reference: match[0], message: value.message });
    result += source.text.slice(end, match.index) + (value.ok ? value.text : "");
    end = match.index + match[0].length;
  }
  if (problems.length === 0) source.replace(result + source.text.slice(end));
  return problems;
}

async function resolveReference(reference: string, context: SubstitutionContext): Promise<Value> {
  if (reference === "$${") return { ok: true, text: "${" };
  if (!reference.endsWith("}")) {
    return {
      ok: false,
      message: "expected a closing brace; two dollar signs before the opening one keep it as it is",
    };
  }
  const name = reference.slice(2, -1);
  if (name.startsWith("file:")) return await fileValue(name.slice("file:".length), context.files);

  const variable = VARIABLE.exec(name);
  if (!variable) {
    return {
      ok: false,
      message: `expected \${NAME}, \${NAME:-default} or \${file:PATH}, found ${reference}`,
    };
  }
  return variableValue(variable[1] ?? "", variable[2], context.environment);
}

function variableValue(
  name: string,
  fallback: string | undefined,
  environment: SubstitutionContext["environment"],
): Value {
  const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
  if (fallback !== undefined) return { ok: true, text: value || fallback };
  if (value !== undefined) return { ok: true, text: value };

  const similar = didYouMean(name, Object.keys(environment));
  const hint = similar === undefined ? `set it or write \${${name}:-default}` : `did you mean ${similar}?`;
  return { ok: false, message: `the environment variable ${name} is not set; ${hint}` };
}

async function fileValue(path: string, files: SubstitutionContext["files"]): Promise<Value> {
  const fail = (what: string): Value => ({ ok: false, message: `the file ${path || '""'} ${what}` });
  try {
    const content = await files.readWhole(path);
    if (content === undefined) return fail("does not exist");
    if (content.length > FILE_BYTES_MAX) return fail(`has ${content.length} bytes; at most 64 KiB are read`);
    const text = decodeUtf8(content);
    return text === undefined ? fail("is not UTF-8 text") : { ok: true, text: text.replace(/\r?\n$/, "") };
  } catch (error) {
    return fail(`cannot be read (${errorCode(error) ?? String(error)})`);
  }
}
