/**
 * Runs every check and every suite, one after the other, goes on after a failure, and tells at the end what passed,
 * failed and was skipped, and why.
 *
 *   node scripts/test.mjs [--totals FILE] [SCRIPT...]
 *
 * SCRIPT is a script of package.json from the lists below; without one all of them run. With `--totals` the sums go
 * into FILE (`passed failed skipped`) instead of onto the last line, for a caller that adds up several runs.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

/** Either holds or not, and is no test: counted only if it does not hold. */
const CHECKS = ["lint", "typecheck", "unused", "build"];
const SUITES = ["test:tidy", "test:fast", "test:browser", "test:integration", "test:torture"];
/** How a test says why it cannot run on this machine. */
const SKIPPED = /^.*\bSKIPPED: .*$/gm;

/** Runs a script of package.json; what it writes is shown as it comes. */
function runScript(name, args) {
  const colour = process.stdout.isTTY ? { FORCE_COLOR: "1" } : { FORCE_COLOR: undefined, NO_COLOR: "1" };
  const child = spawn("npm", ["run", "--silent", name, "--", ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...colour },
  });
  let output = "";
  for (const [from, to] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ]) {
    from.setEncoding("utf8").on("data", (text) => {
      output += text;
      to.write(text);
    });
  }
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ hasPassed: code === 0, output }));
  });
}

/** What vitest's JSON report counts; a file that could not even be loaded counts as one failed test. */
function countTests(report) {
  const unloadable = report.testResults.filter(
    ({ status, assertionResults }) => status === "failed" && assertionResults.length === 0,
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloadable.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

async function runSuite(name, folder) {
  const file = join(folder, `${name.replace(":", "-")}.json`);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  const { hasPassed, output } = await runScript(name, reporters);
  const none = { passed: 0, failed: 0, skipped: 0 };
  const counts = existsSync(file) ? countTests(JSON.parse(readFileSync(file, "utf8"))) : none;
  // Errors outside of tests, or a run that broke off: no test failed, and yet it did not pass.
  if (!hasPassed && counts.failed === 0) counts.failed = 1;
  return { name, ...counts, reasons: output.match(SKIPPED) ?? [] };
}

async function runCheck(name) {
  // Biome draws its colours wherever it writes to.
  const { hasPassed } = await runScript(
    name,
    name === "lint" && !process.stdout.isTTY ? ["--colors=off"] : [],
  );
  return { name, passed: 0, failed: hasPassed ? 0 : 1, skipped: 0, reasons: [] };
}

const { values, positionals } = parseArgs({
  options: { totals: { type: "string" } },
  allowPositionals: true,
});
const chosen = positionals.length > 0 ? positionals : [...CHECKS, ...SUITES];
const unknown = chosen.filter((name) => !CHECKS.includes(name) && !SUITES.includes(name));
if (unknown.length > 0) {
  console.error(`expected some of ${[...CHECKS, ...SUITES].join(", ")}; found ${unknown.join(", ")}`);
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), "mem0-audit-totals-"));
const results = [];
try {
  for (const name of chosen) {
    console.log(`\n=== ${name}`);
    const startMs = performance.now();
    const result = CHECKS.includes(name) ? await runCheck(name) : await runSuite(name, folder);
    results.push({ ...result, seconds: (performance.now() - startMs) / 1000 });
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const sum = (what) => results.reduce((total, result) => total + result[what], 0);
const [passed, failed, skipped] = [sum("passed"), sum("failed"), sum("skipped")];

console.log(`\n${"".padEnd(18)}  passed  failed  skipped  seconds`);
for (const result of results) {
  const cells = [result.passed, result.failed, result.skipped, result.seconds.toFixed(0)];
  const widths = [6, 6, 7, 7];
  console.log(
    [result.name.padEnd(18), ...cells.map((cell, i) => String(cell).padStart(widths[i]))].join("  "),
  );
}
for (const reason of new Set(results.flatMap(({ reasons }) => reasons))) console.log(`\n${reason.trim()}`);
if (values.totals === undefined) console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`);
else writeFileSync(values.totals, `${passed} ${failed} ${skipped}\n`);
process.exitCode = failed > 0 ? 1 : 0;
