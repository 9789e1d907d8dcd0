/**
 * A real server that speaks CloudWatch Logs, by other authors than this project's: moto, from the Python package index,
 * in a virtual environment that is made once and kept.
 *
 * It knows groups, streams, events, metric filters, alarms and dashboards of any region, for any credentials, and few of
 * the limits: those are in `fake-cloudwatch.ts`.
 */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { cacheDirectory } from "./maven.ts";
import { freePort } from "./search-server.ts";

const run = promisify(execFile);

const VERSION = "5.2.5";
const START_MS_MAX = 120_000;

export interface MotoServer {
  readonly url: string;
  /** Ends it, unless it is not ours; all it holds is lost. */
  stop(): Promise<void>;
}

/** Uses CLOUDWATCH_ENDPOINT if it is set, else starts a server. */
export async function startMoto(): Promise<MotoServer> {
  const given = process.env["CLOUDWATCH_ENDPOINT"];
  if (given) return { url: given.replace(/\/$/, ""), stop: async () => undefined };
  const home = await installed();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(join(home, "bin/moto_server"), ["-H", "127.0.0.1", "-p", String(port)], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { PATH: process.env["PATH"] },
  });
  // A test run that dies takes its servers along.
  const killWithUs = () => child.kill("SIGKILL");
  process.once("exit", killWithUs);
  child.once("exit", () => process.off("exit", killWithUs));
  const errors = text(child.stderr);
  if (!(await isReady(url, child))) {
    child.kill("SIGKILL");
    throw new Error(`moto did not start; the end of what it said:\n${(await errors).slice(-3000)}`);
  }
  return { url, stop: () => end(child) };
}

/**
 * Starts a server for a test file; undefined where there is no Python to run it, which is said loudly, and fails with
 * MEM0_TEST_REQUIRE_SERVERS=1.
 */
export async function motoIfPossible(): Promise<MotoServer | undefined> {
  try {
    return await startMoto();
  } catch (error) {
    if (process.env["MEM0_TEST_REQUIRE_SERVERS"] === "1") throw error;
    const reason = error instanceof Error ? error.message : String(error);
    console.error(`\n*** NO CLOUDWATCH: the tests that need moto are SKIPPED: ${reason} ***\n`);
    return undefined;
  }
}

/** The Python that has moto, and with it AWS's own library; undefined where there is none, as above. */
export async function motoPythonIfPossible(): Promise<string | undefined> {
  try {
    return join(await installed(), "bin/python");
  } catch (error) {
    if (process.env["MEM0_TEST_REQUIRE_SERVERS"] === "1") throw error;
    const reason = error instanceof Error ? error.message : String(error);
    console.error(`\n*** NO MOTO: the tests that need it are SKIPPED: ${reason} ***\n`);
    return undefined;
  }
}

/** The folder of the virtual environment; made if it is not there yet. */
async function installed(): Promise<string> {
  const home = join(cacheDirectory(), `moto-${VERSION}`);
  const mark = join(home, "complete");
  if (existsSync(mark)) return home;
  await mkdir(cacheDirectory(), { recursive: true });
  await rm(home, { recursive: true, force: true });
  await run("python3", ["-m", "venv", home]);
  await run(join(home, "bin/pip"), ["install", "--quiet", `moto[server]==${VERSION}`]);
  await writeFile(mark, "");
  return home;
}

async function isReady(url: string, child: ChildProcess): Promise<boolean> {
  const deadline = Date.now() + START_MS_MAX;
  while (child.exitCode === null && Date.now() < deadline) {
    const answer = await fetch(`${url}/moto-api/data.json`).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.ok) return true;
    await delay(100);
  }
  return false;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  await exited;
}
