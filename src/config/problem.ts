/** What is wrong with a configuration, where, and what would be right. */

export interface ConfigProblem {
  /** The file as it was named; or the flag or the environment variable, if the value came from there. */
  readonly file: string;
  /** From 1; undefined if the value is not from a file. */
  readonly line: number | undefined;
  /** From 1; undefined if the value is not from a file. */
  readonly column: number | undefined;
  /** `sinks.search.endpoints[0]`; empty for the file as a whole. */
  readonly key: string;
  /** What was expected, what was found, what to do. Never a secret. */
  readonly message: string;
}

/** `config/opensearch.yaml:12:5: sinks.search.endpont: unknown key; did you mean "endpoints"?` */
export function formatProblem({ file, line, column, key, message }: ConfigProblem): string {
  const place = line === undefined ? file : `${file}:${line}:${column ?? 1}`;
  return [place, key, message].filter((part) => part !== "").join(": ");
}

/** `["sinks", "search", "endpoints", 0]` as people write it: `sinks.search.endpoints[0]`. */
export function formatKey(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) => {
      if (typeof part === "number") return `[${part}]`;
      const name = String(part);
      if (!/^[\w-]+$/.test(name)) return `[${JSON.stringify(name)}]`;
      return index === 0 ? name : `.${name}`;
    })
    .join("");
}
