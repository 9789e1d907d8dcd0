/**
 * A destination that is as fast as can be: takes bulk requests like OpenSearch, stores nothing, and answers in
 * the length that a real server's filtered answer has. Runs as a process of its own.
 *
 * It remembers which ids came, so that the benchmark can tell whether anything was lost or doubled. Prints its
 * port when it listens; `GET /report` tells what came.
 */
import { createServer } from "node:http";
import { gunzipSync } from "node:zlib";

const NEWLINE = 0x0a;

/** The offsets that came of one generation, a bit each. */
class Offsets {
  documents = 0;
  distinct = 0;
  offsetSum = 0;
  #bits = new Uint8Array(1 << 20);

  /** @param {number} offset */
  add(offset) {
    const index = offset >>> 3;
    if (index >= this.#bits.length) {
      const wider = new Uint8Array(Math.max(index + 1, this.#bits.length * 2));
      wider.set(this.#bits);
      this.#bits = wider;
    }
    const bit = 1 << (offset & 7);
    this.documents += 1;
    if (this.#bits[index] & bit) return;
    this.#bits[index] |= bit;
    this.distinct += 1;
    this.offsetSum += offset;
  }
}

/** @type {Map<string, Offsets>} */
const generations = new Map();
let requests = 0;
let bodyBytes = 0;

/** @type {Map<number, string>} */
const answers = new Map();

/** @param {number} count */
function answer(count) {
  const items = answers.get(count) ?? Array(count).fill('{"create":{"status":201}}').join(",");
  answers.set(count, items);
  return `{"took":7,"errors":false,"items":[${items}]}`;
}

/**
 * @param {Buffer} body
 * @returns {number} documents
 */
function takeBulk(body) {
  let documents = 0;
  let start = 0;
  while (start < body.length) {
    const actionEnd = body.indexOf(NEWLINE, start);
    const id = /"_id":"([^"]+)-(\d+)"/.exec(body.latin1Slice(start, actionEnd));
    if (id === null) throw new Error("expected an action line with an _id at the start of each pair");
    const generation = generations.get(id[1]) ?? new Offsets();
    generations.set(id[1], generation);
    generation.add(Number(id[2]));
    documents += 1;
    start = body.indexOf(NEWLINE, actionEnd + 1) + 1;
  }
  return documents;
}

function report() {
  const found = [...generations.values()].map(({ documents, distinct, offsetSum }) => ({
    documents,
    distinct,
    offsetSum,
  }));
  return JSON.stringify({ requests, bodyBytes, generations: found });
}

const server = createServer((request, response) => {
  /** @type {Buffer[]} */
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    response.setHeader("content-type", "application/json");
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    if (path === "/report") return response.end(report());
    if (!path.endsWith("/_bulk")) {
      return response.end('{"version":{"number":"3.8.0","distribution":"opensearch"},"acknowledged":true}');
    }
    const sent = Buffer.concat(chunks);
    const body = request.headers["content-encoding"] === "gzip" ? gunzipSync(sent) : sent;
    requests += 1;
    bodyBytes += body.length;
    return response.end(answer(takeBulk(body)));
  });
});
server.listen(0, "127.0.0.1", () => process.stdout.write(`${server.address().port}\n`));
