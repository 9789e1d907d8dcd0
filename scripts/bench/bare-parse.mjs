/**
 * The yardstick: reads the given files in chunks of 1 MiB, splits them at newlines, and does nothing with each
 * line but JSON.parse. Prints how many lines there were.
 *
 * It is what anybody would write first, without a trick that a shipper could not use too.
 */
import { closeSync, openSync, readSync } from "node:fs";

const CHUNK_BYTES = 1024 * 1024;
const NEWLINE = 0x0a;

/**
 * @param {string} path
 * @returns {number} lines
 */
function parseFile(path) {
  const file = openSync(path, "r");
  let carry = Buffer.alloc(0);
  let lines = 0;
  for (;;) {
    const buffer = Buffer.allocUnsafe(carry.length + CHUNK_BYTES);
    carry.copy(buffer);
    const bytesRead = readSync(file, buffer, carry.length, CHUNK_BYTES, null);
    if (bytesRead === 0) break;
    const filled = carry.length + bytesRead;
    let start = 0;
    for (
      let end = buffer.indexOf(NEWLINE);
      end !== -1 && end < filled;
      end = buffer.indexOf(NEWLINE, start)
    ) {
      JSON.parse(buffer.utf8Slice(start, end));
      lines += 1;
      start = end + 1;
    }
    carry = buffer.subarray(start, filled);
  }
  closeSync(file);
  return lines;
}

const lines = process.argv.slice(2).reduce((sum, path) => sum + parseFile(path), 0);
process.stdout.write(`${lines}\n`);
