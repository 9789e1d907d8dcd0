/** Loads configurations that exist only in the test. */
import { type LoadedConfig, type LoadOptions, loadConfig } from "../../../src/config/load.ts";
import { type ConfigProblem, formatProblem } from "../../../src/config/problem.ts";

export const FILE = "config.yaml";

/** Loads `text` as if it were the file `config.yaml`; `secrets` are further files by path. */
export async function loadText(
  text: string | Uint8Array,
  options: Partial<LoadOptions> & { secrets?: Readonly<Record<string, string>> } = {},
): Promise<LoadedConfig> {
  const { secrets = {}, ...others } = options;
  const contents: Readonly<Record<string, string | Uint8Array>> = { ...secrets, [FILE]: text };
  const readWhole = async (path: string) => {
    const content = contents[path];
    return content === undefined ? undefined : Buffer.from(content);
  };
  return await loadConfig({ file: FILE, environment: {}, files: { readWhole }, ...others });
}

/** The problems of a configuration that must not load, as lines. */
export async function problemsOf(...parameters: Parameters<typeof loadText>): Promise<readonly string[]> {
  return (await rawProblemsOf(...parameters)).map(formatProblem);
}

export async function rawProblemsOf(
  ...parameters: Parameters<typeof loadText>
): Promise<readonly ConfigProblem[]> {
  const loaded = await loadText(...parameters);
  return loaded.ok ? [] : loaded.problems;
}

/** The configuration in force; throws with the problems if there are any. */
export async function configOf(...parameters: Parameters<typeof loadText>) {
  const loaded = await loadText(...parameters);
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join("\n"));
  return loaded.config;
}

/** A reference of the configuration language: `${NAME}`. */
export function reference(name: string): string {
  return `$\{${name}}`;
}
