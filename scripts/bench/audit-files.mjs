/** The audit files that the benchmark drains, and what must arrive of them. */
import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { rolldown } from "rolldown";

/** What makes the lines: the traffic of `demo`. It is TypeScript, so it is built for each run. */
const GENERATOR = {
  traffic: fileURLToPath(new URL("../../src/cli/demo/traffic.ts", import.meta.url)),
  random: fileURLToPath(new URL("../../src/system/random.ts", import.meta.url)),
};

/** So many lines come per minute that a million of them fill five daily files. */
const REQUESTS_PER_MINUTE = 125;
const BLOCK_BYTES = 1 << 20;

/**
 * @typedef {{ path: string, lines: number, bytes: number, offsetSum: number }} AuditFile
 *   `offsetSum` adds up where its lines start: with the number of distinct offsets it tells a set from another.
 */

class Writer {
  /** @type {AuditFile} */ file;
  #handle;
  #block = "";

  /** @param {string} path */
  constructor(path) {
    this.#handle = openSync(path, "wx");
    this.file = { path, lines: 0, bytes: 0, offsetSum: 0 };
  }

  /** @param {string} text */
  add(text) {
    this.file.lines += 1;
    this.file.offsetSum += this.file.bytes;
    this.file.bytes += Buffer.byteLength(text) + 1;
    this.#block += `${text}\n`;
    if (this.#block.length > BLOCK_BYTES) this.#flush();
  }

  close() {
    this.#flush();
    closeSync(this.#handle);
    return this.file;
  }

  #flush() {
    const bytes = Buffer.from(this.#block);
    for (let written = 0; written < bytes.length; ) written += writeSync(this.#handle, bytes, written);
    this.#block = "";
  }
}

/** @param {string} directory where it is built */
async function loadGenerator(directory) {
  const bundle = await rolldown({ input: GENERATOR, platform: "node" });
  await bundle.write({ dir: directory, entryFileNames: "[name].js" });
  await bundle.close();
  /** @param {string} name */
  const load = (name) => import(pathToFileURL(join(directory, `${name}.js`)).href);
  const { traffic } = await load("traffic");
  const { seededRandom } = await load("random");
  return { traffic, seededRandom };
}

/**
 * Writes `count` lines of the same traffic each time into daily files.
 * @param {string} directory for what is needed to make them
 * @param {string} auditDirectory
 * @param {number} count
 * @returns {Promise<AuditFile[]>}
 */
export async function writeAuditFiles(directory, auditDirectory, count) {
  const { seededRandom, traffic } = await loadGenerator(join(directory, "generator"));
  /** @type {Map<string, Writer>} */
  const writers = new Map();
  const options = {
    random: seededRandom(1),
    startMs: Date.UTC(2026, 3, 3),
    requestsPerMinute: REQUESTS_PER_MINUTE,
  };
  let left = count;
  for (const { fileName, text } of traffic(options)) {
    if (left === 0) break;
    left -= 1;
    const writer = writers.get(fileName) ?? new Writer(join(auditDirectory, fileName));
    writers.set(fileName, writer);
    writer.add(text);
  }
  return [...writers.values()].map((writer) => writer.close());
}
