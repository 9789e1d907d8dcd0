/** How commands get their configuration: from their common options and the environment, or not at all. */
import { type Config, type LoadedConfig, loadConfig } from "../config/load.ts";
import type { ConfigFlags } from "../config/overrides.ts";
import { type ConfigProblem, formatProblem } from "../config/problem.ts";
import type { FileVersions } from "../system/file-versions.ts";
import { systemFiles } from "../system/files.ts";
import type { CommonOptions, Terminal } from "./command.ts";

/** The configuration in force, warnings and problems included. Its secrets are read through `secrets`, if it is given. */
export async function loadConfiguration(
  options: CommonOptions & ConfigFlags,
  terminal: Terminal,
  secrets?: FileVersions,
): Promise<LoadedConfig> {
  const { config, auditDir, stateDir, logLevel, httpListen, httpToken } = options;
  const { environment } = terminal;
  const flags = { auditDir, stateDir, logLevel, httpListen, httpToken };
  return await loadConfig({ ...flags, file: config, environment, files: systemFiles, secrets });
}

/** The configuration in force; undefined, once the problems are told on standard error: then the exit code is 2. */
export async function requireConfiguration(
  options: CommonOptions & ConfigFlags,
  terminal: Terminal,
): Promise<Config | undefined> {
  const loaded = await loadConfiguration(options, terminal);
  if (loaded.ok) return loaded.config;
  terminal.err(describeProblems(loaded.problems));
  return undefined;
}

/** One line for each problem, with its place first, as compilers do. */
export function describeProblems(problems: readonly ConfigProblem[]): string {
  return problems.map((problem) => `${formatProblem(problem)}\n`).join("");
}
