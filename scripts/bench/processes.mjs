/** Starts the processes of the benchmark and measures them from within. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const REPORT_USAGE = new URL("./report-usage.mjs", import.meta.url).href;
const BARE_PARSE = fileURLToPath(new URL("./bare-parse.mjs", import.meta.url));
const ENDPOINT = fileURLToPath(new URL("./endpoint.mjs", import.meta.url));
/** How the container and the systemd unit start it. */
const DEPLOYED_OPTIONS = ["--max-semi-space-size=8"];
const DAEMON = fileURLToPath(new URL("../../dist/main.js", import.meta.url));

/**
 * @typedef {{ cpuSeconds: number, peakBytes: number }} Usage
 *   User and system time of the whole process, its start included; the greatest resident size.
 */

/**
 * Runs Node to its end and tells what it used.
 * @param {string} directory where the usage may be written
 * @param {string[]} args
 * @returns {Promise<Usage & { stdout: string }>}
 */
async function measure(directory, args) {
  const usageFile = join(directory, "usage.json");
  const child = spawn(process.execPath, ["--import", REPORT_USAGE, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, BENCH_USAGE_FILE: usageFile },
  });
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit"),
  ]);
  if (code !== 0) throw new Error(`node ${args.join(" ")} ended with ${code}:\n${stderr.slice(-4000)}`);
  const usage = JSON.parse(readFileSync(usageFile, "utf8"));
  rmSync(usageFile);
  return { ...usage, stdout };
}

/**
 * @param {string} directory
 * @param {string[]} paths
 */
export async function measureBareParse(directory, paths) {
  const { stdout, ...usage } = await measure(directory, [BARE_PARSE, ...paths]);
  return { ...usage, lines: Number(stdout) };
}

/**
 * Lets the built daemon ship everything that is there, and end.
 * @param {string} directory
 * @param {string} configPath
 * @param {string[]} nodeOptions
 * @returns {Promise<Usage>}
 */
export async function measureDaemon(directory, configPath, nodeOptions = []) {
  const { cpuSeconds, peakBytes } = await measure(directory, [
    ...DEPLOYED_OPTIONS,
    ...nodeOptions,
    DAEMON,
    "run",
    "--once",
    "--config",
    configPath,
  ]);
  return { cpuSeconds, peakBytes };
}

/** Starts the counting endpoint; `stop` ends it and resolves with what came. */
export async function startEndpoint() {
  const child = spawn(process.execPath, [ENDPOINT], { stdio: ["ignore", "pipe", "inherit"] });
  const [port] = await once(child.stdout, "data");
  const url = `http://127.0.0.1:${Number(port)}`;
  return {
    url,
    stop: async () => {
      const report = await (await fetch(`${url}/report`)).json();
      child.kill();
      await once(child, "exit");
      return report;
    },
  };
}
