/**
 * The real mem0 in both of its generations, from the Python package index, in a virtual environment that is made once
 * and kept; for the tests of deploy/mem0, which are written in Python.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { delimiter, join, resolve } from "node:path";
import { promisify } from "node:util";
import { cacheDirectory } from "./maven.ts";

const run = promisify(execFile);

const TESTS = resolve("test/mem0");
const MODULE = resolve("deploy/mem0");
const RUN_MS_MAX = 110_000;

/** The last version of mem0 1.x; the one of 2.x is in the tests' requirements.txt. Both need the same other packages. */
export const MEM0_1 = "1.0.11";

/** Runs tests of `test/mem0`; `extraPath` is a folder whose packages go before those of the environment. */
export interface Mem0Python {
  /** Where the packages of mem0 1.x are. */
  readonly mem01: string;
  /** What python's unittest says; rejects, with that in its message, if a test fails. `args` are unittest's. */
  test(args: readonly string[], extraPath?: string): Promise<string>;
  /** Runs a script of `test/mem0` and gives what it prints; rejects, with its error output, if it fails. */
  script(args: readonly string[], extraPath?: string): Promise<string>;
}

/**
 * The environment, made if it is not there yet; undefined where there is no Python to run it or it cannot be made, which is
 * said loudly, and fails with MEM0_TEST_REQUIRE_SERVERS=1.
 */
export async function mem0IfPossible(): Promise<Mem0Python | undefined> {
  try {
    const home = await installed();
    return {
      mem01: join(home, MEM0_1),
      test: async (args, extraPath) => (await runPython(home, ["-m", "unittest", ...args], extraPath)).stderr,
      script: async (args, extraPath) => (await runPython(home, args, extraPath)).stdout,
    };
  } catch (error) {
    if (process.env["MEM0_TEST_REQUIRE_SERVERS"] === "1") throw error;
    const reason = error instanceof Error ? error.message : String(error);
    console.error(`\n*** NO MEM0: the tests of deploy/mem0 are SKIPPED: ${reason} ***\n`);
    return undefined;
  }
}

async function installed(): Promise<string> {
  const requirements = join(TESTS, "requirements.txt");
  const content = await readFile(requirements, "utf8");
  const digest = createHash("sha256").update(`${content} ${MEM0_1}`).digest("hex").slice(0, 12);
  const home = join(cacheDirectory(), `mem0-${digest}`);
  const mark = join(home, "complete");
  if (existsSync(mark)) return home;
  await mkdir(cacheDirectory(), { recursive: true });
  await rm(home, { recursive: true, force: true });
  await run("python3", ["-m", "venv", home]);
  const pip = join(home, "bin/pip");
  await run(pip, ["install", "--quiet", "--requirement", requirements]);
  await run(pip, ["install", "--quiet", "--no-deps", "--target", join(home, MEM0_1), `mem0ai==${MEM0_1}`]);
  await writeFile(mark, "");
  return home;
}

async function runPython(
  home: string,
  args: readonly string[],
  extraPath?: string,
): Promise<{ stdout: string; stderr: string }> {
  const path = extraPath === undefined ? [MODULE] : [MODULE, extraPath];
  return await run(join(home, "bin/python"), args, {
    cwd: TESTS,
    env: { PATH: process.env["PATH"], PYTHONPATH: path.join(delimiter), PYTHONDONTWRITEBYTECODE: "1" },
    timeout: RUN_MS_MAX,
  });
}
