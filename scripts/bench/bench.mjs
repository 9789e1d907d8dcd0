/**
 * `npm run bench`: what the daemon costs. Drains a million audit lines into a counting endpoint and compares
 * the CPU time with that of the bare read + split + JSON.parse of the same files.
 *
 *   --lines N    how many lines (1,000,000)
 *   --rounds N   how often both are measured, in turn (3); medians are reported
 *   --json       one JSON document on standard output and nothing else
 *   --profile    one drain under Node's CPU profiler, then the functions that used most time
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { writeAuditFiles } from "./audit-files.mjs";
import { topFunctions } from "./cpu-profile.mjs";
import { measureBareParse, measureDaemon, startEndpoint } from "./processes.mjs";

/** The bounds that the project promises: CPU time once both processes have started, memory of the whole process. */
const CPU_RATIO_MAX = 2.6;
const PEAK_BYTES_MAX = 150e6;

const { values: options } = parseArgs({
  options: {
    lines: { type: "string", default: "1000000" },
    rounds: { type: "string", default: "3" },
    json: { type: "boolean", default: false },
    profile: { type: "boolean", default: false },
  },
});

/** @param {string} message */
function say(message) {
  if (!options.json) process.stdout.write(`${message}\n`);
}

/** @param {number[]} values */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * Fails unless each line arrived once.
 * @param {import("./audit-files.mjs").AuditFile[]} files
 * @param {{ generations: { documents: number, distinct: number, offsetSum: number }[] }} report
 */
function checkArrival(files, report) {
  const expected = files.map((file) => `${file.lines} ${file.lines} ${file.offsetSum}`).sort();
  const arrived = report.generations
    .map((found) => `${found.documents} ${found.distinct} ${found.offsetSum}`)
    .sort();
  if (arrived.join() !== expected.join()) {
    const rows = [`expected: ${expected.join(", ")}`, `arrived: ${arrived.join(", ")}`];
    throw new Error(
      `lines are lost or doubled (documents, distinct ids, sum of offsets per file)\n${rows.join("\n")}`,
    );
  }
}

/**
 * Drains the files once with a new state folder.
 * @param {string} directory
 * @param {string} auditDirectory
 * @param {import("./audit-files.mjs").AuditFile[]} files what must arrive
 * @param {string[]} nodeOptions
 */
async function drain(directory, auditDirectory, files, nodeOptions = []) {
  const endpoint = await startEndpoint();
  const stateDirectory = mkdtempSync(join(directory, "state-"));
  const configPath = join(directory, "config.yaml");
  const config = {
    source: { directory: auditDirectory },
    state_dir: stateDirectory,
    store: { enabled: false },
    sinks: { search: { type: "opensearch", endpoints: [endpoint.url] } },
  };
  writeFileSync(configPath, JSON.stringify(config));
  let usage;
  let report;
  try {
    usage = await measureDaemon(directory, configPath, nodeOptions);
  } finally {
    report = await endpoint.stop();
  }
  checkArrival(files, report);
  return { ...usage, requests: report.requests, bodyBytes: report.bodyBytes };
}

/** @param {number} bytes */
function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/**
 * One round: both processes without a line, then with all lines, so that the start of each can be told apart.
 * @param {string} directory @param {string} auditDirectory @param {string} emptyDirectory
 * @param {import("./audit-files.mjs").AuditFile[]} files
 */
async function measureRound(directory, auditDirectory, emptyDirectory, files) {
  const bareStart = await measureBareParse(directory, []);
  const bare = await measureBareParse(
    directory,
    files.map((file) => file.path),
  );
  const daemonStart = await drain(directory, emptyDirectory, []);
  const daemon = await drain(directory, auditDirectory, files);
  return {
    bare,
    daemon,
    bareStartSeconds: bareStart.cpuSeconds,
    startSeconds: daemonStart.cpuSeconds,
    ratio: (daemon.cpuSeconds - daemonStart.cpuSeconds) / (bare.cpuSeconds - bareStart.cpuSeconds),
    processRatio: daemon.cpuSeconds / bare.cpuSeconds,
  };
}

/**
 * @param {string} directory @param {string} auditDirectory @param {string} emptyDirectory
 * @param {import("./audit-files.mjs").AuditFile[]} files
 */
async function measureRounds(directory, auditDirectory, emptyDirectory, files) {
  const rounds = [];
  for (let number = 1; number <= Number(options.rounds); number++) {
    const round = await measureRound(directory, auditDirectory, emptyDirectory, files);
    rounds.push(round);
    say(
      `round ${number}: bare parse ${round.bare.cpuSeconds.toFixed(2)} s, drain ${round.daemon.cpuSeconds.toFixed(2)} s CPU ` +
        `(${round.ratio.toFixed(2)} times), peak ${megabytes(round.daemon.peakBytes)}, ${round.daemon.requests} requests`,
    );
  }
  return rounds;
}

/** @param {Awaited<ReturnType<typeof measureRounds>>} rounds @param {number} lines */
function summarize(rounds, lines) {
  const drainSeconds = median(rounds.map(({ daemon }) => daemon.cpuSeconds));
  const peakBytes = median(rounds.map(({ daemon }) => daemon.peakBytes));
  const ratio = median(rounds.map((round) => round.ratio));
  return {
    node: process.version,
    lines,
    bare_cpu_seconds: median(rounds.map(({ bare }) => bare.cpuSeconds)),
    bare_start_cpu_seconds: median(rounds.map(({ bareStartSeconds }) => bareStartSeconds)),
    drain_cpu_seconds: drainSeconds,
    start_cpu_seconds: median(rounds.map(({ startSeconds }) => startSeconds)),
    documents_per_cpu_second: Math.round(lines / drainSeconds),
    cpu_ratio: ratio,
    process_cpu_ratio: median(rounds.map(({ processRatio }) => processRatio)),
    peak_bytes: peakBytes,
    body_bytes: rounds[0].daemon.bodyBytes,
    bounds: { cpu_ratio_max: CPU_RATIO_MAX, peak_bytes_max: PEAK_BYTES_MAX },
    pass: { cpu_ratio: ratio <= CPU_RATIO_MAX, peak_bytes: peakBytes < PEAK_BYTES_MAX },
    rounds,
  };
}

/** @param {ReturnType<typeof summarize>} summary */
function printSummary(summary) {
  const verdict = (/** @type {boolean} */ pass) => (pass ? "PASS" : "FAIL");
  say(`
Node ${summary.node}, ${summary.lines} lines, median of ${summary.rounds.length} rounds; nothing lost, nothing doubled
documents per CPU second  ${summary.documents_per_cpu_second}
bare parse                ${summary.bare_cpu_seconds.toFixed(2)} s CPU, of which ${summary.bare_start_cpu_seconds.toFixed(2)} s is the start
drain                     ${summary.drain_cpu_seconds.toFixed(2)} s CPU, of which ${summary.start_cpu_seconds.toFixed(2)} s is the start
ratio without the starts  ${summary.cpu_ratio.toFixed(2)}  ${verdict(summary.pass.cpu_ratio)} (at most ${CPU_RATIO_MAX})
ratio of whole processes  ${summary.process_cpu_ratio.toFixed(2)}
peak memory               ${megabytes(summary.peak_bytes)}  ${verdict(summary.pass.peak_bytes)} (under ${megabytes(PEAK_BYTES_MAX)})`);
}

/** @param {string} directory */
async function main(directory) {
  const auditDirectory = join(directory, "audit_logs");
  mkdirSync(auditDirectory);
  const files = await writeAuditFiles(directory, auditDirectory, Number(options.lines));
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  say(
    `${options.lines} lines in ${files.length} files, ${(bytes / Number(options.lines)).toFixed(0)} bytes each`,
  );
  if (options.profile) {
    const profileDirectory = join(directory, "profile");
    await drain(directory, auditDirectory, files, ["--cpu-prof", `--cpu-prof-dir=${profileDirectory}`]);
    return say(topFunctions(profileDirectory, 40));
  }
  const emptyDirectory = join(directory, "empty");
  mkdirSync(emptyDirectory);
  const rounds = await measureRounds(directory, auditDirectory, emptyDirectory, files);
  const summary = summarize(rounds, Number(options.lines));
  if (options.json) process.stdout.write(`${JSON.stringify(summary, undefined, 2)}\n`);
  else printSummary(summary);
}

const directory = mkdtempSync(join(tmpdir(), "mem0-audit-bench-"));
try {
  await main(directory);
} finally {
  rmSync(directory, { recursive: true, force: true });
}
