/** A configuration file's text as YAML that remembers where everything stands. */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  parseDocument,
  type Scalar,
  type YAMLError,
} from "yaml";
import type { ConfigPath } from "./json-schema.ts";
import { type ConfigProblem, formatKey } from "./problem.ts";

/** Where something stands in a file: both from 1. */
export interface SourcePlace {
  readonly line: number;
  readonly column: number;
}

/** A text of the file that is a value, not a key. */
export interface SourceText {
  readonly path: ConfigPath;
  readonly text: string;
  /** Where `part` of it stands, or where the text starts. */
  placeOf(part: string): SourcePlace;
  /** What `values()` shall have in its place. */
  replace(text: string): void;
}

/** An alias may repeat an anchor this often in total: beyond it the file is an attack, not a configuration. */
const ALIASES_MAX = 100;
const DEPTH_MAX = 32;
const PARSER_DEPTH_MAX = 256;

export class YamlSource {
  readonly #document: Document.Parsed;
  readonly #text: string;
  readonly #lines: LineCounter;

  private constructor(document: Document.Parsed, text: string, lines: LineCounter) {
    this.#document = document;
    this.#text = text;
    this.#lines = lines;
  }

  /** Parses `text`; if it is not valid YAML the answer is what is wrong with it. */
  static parse(file: string, text: string): YamlSource | readonly ConfigProblem[] {
    if (mayNestTooDeeply(text)) {
      return [{ file, line: 1, column: 1, key: "", message: "nested too deeply to be a configuration" }];
    }
    const lines = new LineCounter();
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
    const source = new YamlSource(document, text, lines);
    const problems = [
      ...source.#syntaxErrors().map((error) => source.#problemOf(file, error)),
      ...source.#shapeProblems(file, document.contents, []),
    ];
    return problems.length > 0 ? problems : source;
  }

  /** The content as plain values; undefined if aliases make more of it than can be meant. */
  values(): { readonly value: unknown } | undefined {
    try {
      return { value: this.#document.toJS({ maxAliasCount: ALIASES_MAX }) };
    } catch {
      return undefined;
    }
  }

  /** All texts that are values, in the order of the file. */
  *texts(): Generator<SourceText> {
    yield* this.#textsIn(this.#document.contents, []);
  }

  /** Where the value at `path` stands, or its key, or whatever of the path is there. */
  placeOf(path: ConfigPath, part: "key" | "value"): SourcePlace {
    let node: unknown = this.#document.contents;
    let offset = startOf(node) ?? 0;
    for (const [index, name] of path.entries()) {
      const { key, value } = this.#child(node, name);
      if (key === undefined && value === undefined) break;
      const wantsKey = part === "key" && index === path.length - 1;
      offset = (wantsKey ? undefined : startOf(value)) ?? startOf(key) ?? offset;
      node = value;
    }
    return this.#place(offset);
  }

  /** The text as it stands in the file, before any substitution; undefined if there is no text. */
  originalAt(path: ConfigPath): string | undefined {
    let node: unknown = this.#document.contents;
    for (const name of path) node = this.#child(node, name).value;
    const scalar = this.#resolve(node);
    return isScalar(scalar) ? scalar.source : undefined;
  }

  #resolve(node: unknown): unknown {
    return isAlias(node) ? node.resolve(this.#document) : node;
  }

  #child(node: unknown, name: string | number): { key?: unknown; value?: unknown } {
    const parent = this.#resolve(node);
    if (isMap(parent)) return parent.items.find((pair) => keyText(pair) === String(name)) ?? {};
    return isSeq(parent) && typeof name === "number" ? { value: parent.items[name] } : {};
  }

  #place(offset: number): SourcePlace {
    const { line, col } = this.#lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  }

  *#textsIn(node: unknown, path: ConfigPath): Generator<SourceText> {
    if (isMap(node)) {
      for (const pair of node.items) yield* this.#textsIn(pair.value, [...path, keyText(pair)]);
    } else if (isSeq(node)) {
      for (const [index, item] of node.items.entries()) yield* this.#textsIn(item, [...path, index]);
    } else if (isScalar(node) && typeof node.value === "string") {
      yield this.#textOf(node as Scalar<string>, path);
    }
  }

  #textOf(scalar: Scalar<string>, path: ConfigPath): SourceText {
    const start = startOf(scalar) ?? 0;
    const written = this.#text.slice(start, scalar.range?.[1]);
    return {
      path,
      text: scalar.value,
      placeOf: (part) => this.#place(start + Math.max(written.indexOf(part), 0)),
      replace: (text) => {
        scalar.value = text;
      },
    };
  }

  /** Duplicate keys, and the first error of every other kind: what follows it is mostly its consequence. */
  #syntaxErrors(): readonly YAMLError[] {
    const errors: readonly YAMLError[] = [...this.#document.errors, ...this.#document.warnings];
    const first = errors.find(({ code }) => code !== "DUPLICATE_KEY");
    return errors.filter((error) => error.code === "DUPLICATE_KEY" || error === first);
  }

  #problemOf(file: string, error: YAMLError): ConfigProblem {
    const offset = error.pos[0];
    const lineStart = this.#text.lastIndexOf("\n", offset - 1) + 1;
    const isReference = this.#text.slice(lineStart, offset + 1).endsWith("${");
    const hint = isReference ? `; between braces a text with \${...} needs quotes` : "";
    return {
      file,
      ...this.#place(offset),
      key: formatKey(this.#pathBefore(offset)),
      message: EXPLANATIONS[error.code] ?? `not valid YAML: ${error.message.split("\n")[0]}${hint}`,
    };
  }

  /** The path of the last key that starts at or before `offset`. */
  #pathBefore(offset: number): ConfigPath {
    const path: (string | number)[] = [];
    let node: unknown = this.#document.contents;
    while (path.length < DEPTH_MAX && (isMap(node) || isSeq(node))) {
      const items: readonly unknown[] = node.items;
      const starts = items.map((item) => startOf(isMap(node) ? (item as Pair).key : item) ?? 0);
      const index = starts.findLastIndex((start) => start <= offset);
      if (index < 0) break;
      path.push(isMap(node) ? keyText(items[index] as Pair) : index);
      node = isMap(node) ? (items[index] as Pair).value : items[index];
    }
    return path;
  }

  /** What YAML allows and a configuration has no use for. */
  #shapeProblems(file: string, node: unknown, path: ConfigPath): readonly ConfigProblem[] {
    const problem = (at: unknown, message: string): ConfigProblem => ({
      file,
      ...this.#place(startOf(at) ?? startOf(node) ?? 0),
      key: formatKey(path),
      message,
    });
    if (path.length >= DEPTH_MAX) return [problem(node, `nested more than ${DEPTH_MAX} levels deep`)];
    if (isSeq(node)) {
      return node.items.flatMap((item, index) => this.#shapeProblems(file, item, [...path, index]));
    }
    if (isAlias(node) && !node.resolve(this.#document)) {
      return [problem(node, `there is no anchor &${node.source} before this alias`)];
    }
    if (!isMap(node)) return [];
    return node.items.flatMap((pair) =>
      isScalar(pair.key)
        ? this.#shapeProblems(file, pair.value, [...path, keyText(pair)])
        : [problem(pair.key, "expected a plain name as key, found a list, a mapping or an alias")],
    );
  }
}

/**
 * An upper bound of the nesting, before it is parsed: the parser calls itself for each level, and the engine
 * may abort the process where its stack ends.
 */
function mayNestTooDeeply(text: string): boolean {
  let openBrackets = 0;
  for (const line of text.split(/[\r\n]/)) {
    const indicators = line.length - line.trimStart().length + (line.match(/[-?:](?=\s)/g)?.length ?? 0);
    for (const character of line) {
      if (character === "[" || character === "{") openBrackets++;
      if ((character === "]" || character === "}") && openBrackets > 0) openBrackets--;
      if (openBrackets + indicators > PARSER_DEPTH_MAX) return true;
    }
  }
  return false;
}

const EXPLANATIONS: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: "not valid YAML: a tab indents this line; use spaces",
  DUPLICATE_KEY: "the same key stands here twice; remove one",
  MULTIPLE_DOCS: "expected one YAML document, found another after ---",
};

function keyText(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : "";
}

/** Where a node starts; undefined if nothing is written there. */
function startOf(node: unknown): number | undefined {
  if (typeof node !== "object" || node === null || !("range" in node)) return undefined;
  const range = node.range as readonly [number, number, number] | null | undefined;
  if (!range) return undefined;
  const isEmpty = isScalar(node) && range[0] === range[1];
  return isEmpty ? undefined : range[0];
}
