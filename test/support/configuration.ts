/** Configurations that lie in the project, loaded as the daemon loads them. */
import { readFileSync } from "node:fs";
import { loadConfig } from "../../src/config/load.ts";
import { formatProblem } from "../../src/config/problem.ts";

const SECRET = "a-secret-of-the-test";

/** The problems and warnings of the configuration in `path`; every secret file that it names is there. */
export async function configurationProblems(
  path: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  const text = readFileSync(path);
  const readWhole = async (file: string) => (file === path ? text : Buffer.from(`${SECRET}\n`));
  const loaded = await loadConfig({ file: path, environment, files: { readWhole } });
  return loaded.ok ? loaded.warnings : loaded.problems.map(formatProblem);
}
