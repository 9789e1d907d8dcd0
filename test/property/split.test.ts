/**
 * Goal: how the bytes come does not matter: in whatever pieces, the same lines come out at the same offsets.
 * Method: random bytes with many newlines, read in random pieces, through the buffer alone and through a whole tail.
 */

import { expect, it } from "vitest";
import { silentLog } from "../../src/system/log.ts";
import { hashTail } from "../../src/tail/checkpoint.ts";
import { Folder } from "../../src/tail/folder.ts";
import { LineBuffer } from "../../src/tail/line-buffer.ts";
import { Tail } from "../../src/tail/tail.ts";
import { fc } from "../support/properties.ts";
import { AuditFolder, isAuditName } from "../support/sim/audit-folder.ts";
import { Chance } from "../support/sim/chance.ts";
import { History } from "../support/sim/history.ts";
import { SimClock } from "../support/sim/sim-clock.ts";
import { AUDIT_DIRECTORY, SimDisk } from "../support/sim/sim-disk.ts";
import { SimProcess } from "../support/sim/sim-process.ts";

const NAME = "audit-2026-04-03.jsonl";
const NEWLINE = 0x0a;

const line = fc.oneof(
  { weight: 8, arbitrary: fc.uint8Array({ maxLength: 40 }) },
  { weight: 1, arbitrary: fc.uint8Array({ minLength: 3000, maxLength: 9000 }) },
);
/** Bytes with newlines at random places, and often without one at the end. */
const content = fc
  .tuple(fc.array(line, { maxLength: 30 }), fc.uint8Array({ maxLength: 30 }))
  .map(([lines, rest]) => Buffer.concat([...lines.flatMap((one) => [one, Buffer.of(NEWLINE)]), rest]));
const pieceLengths = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 50 });

interface Found {
  readonly offset: number;
  readonly bytes: string;
}

/** The lines by the plain definition: what stands between newlines. */
function linesOf(bytes: Buffer): Found[] {
  const found: Found[] = [];
  let start = 0;
  for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
    found.push({ offset: start, bytes: bytes.toString("latin1", start, end) });
    start = end + 1;
  }
  return found;
}

/** The same for bytes that begin at `offset` of a file. */
function linesAt(bytes: Buffer, offset: number): Found[] {
  return linesOf(bytes).map((one) => ({ ...one, offset: one.offset + offset }));
}

it("the buffer gives the same lines for any pieces, and the hash of what stands before them", () => {
  fc.assert(
    fc.property(content, pieceLengths, fc.nat(6000), (bytes, lengths, skipped) => {
      const begin = Math.min(skipped, bytes.length);
      const buffer = new LineBuffer(1_000_000);
      buffer.reset(begin, bytes.subarray(Math.max(0, begin - 4096), begin));
      const found: Found[] = [];
      for (let position = begin, turn = 0; position < bytes.length; turn++) {
        const { target, start } = buffer.space();
        expect(buffer.readPosition).toBe(position);
        const read = bytes.copy(target, start, position, position + (lengths[turn % lengths.length] ?? 1));
        buffer.filled(read);
        position += read;
        for (let lines = buffer.takeLines(); lines !== undefined; lines = buffer.takeLines()) {
          found.push(...linesAt(Buffer.from(lines.bytes.subarray(lines.start, lines.end)), lines.offset));
          expect(lines.historyBytes).toBe(Math.min(lines.offset, 4096));
          const before = bytes.subarray(Math.max(0, buffer.lineOffset - 4096), buffer.lineOffset);
          expect(buffer.tailSha256()).toBe(hashTail(before));
        }
      }
      expect(found).toEqual(linesAt(bytes.subarray(begin), begin));
      const restStart = bytes.lastIndexOf(NEWLINE) + 1;
      expect(buffer.pending).toEqual(bytes.subarray(Math.max(restStart, begin)));
    }),
  );
});

/** A tail over a simulated disk, whose reads give a few bytes at a time. */
function makeTail(readBytesMax: number): { audit: AuditFolder; folder: Folder; tail: Tail; clock: SimClock } {
  const clock = new SimClock(Date.UTC(2026, 3, 3));
  const audit = new AuditFolder(clock, new History(), () => false);
  const disk = new SimDisk(audit, clock, new Chance(1));
  disk.readBytesMax = readBytesMax;
  const files = disk.filesOf(new SimProcess());
  const options = { directory: AUDIT_DIRECTORY, includes: isAuditName };
  const folder = new Folder(options, files, clock, silentLog);
  return { audit, folder, clock, tail: new Tail("", [], { folder, files, clock, log: silentLog }) };
}

it("a tail gives the same lines however the file grows and however little a read gives", async () => {
  await fc.assert(
    fc.asyncProperty(
      content,
      pieceLengths,
      fc.integer({ min: 1, max: 3000 }),
      async (bytes, lengths, readMax) => {
        const { audit, folder, tail } = makeTail(readMax);
        const found: Found[] = [];
        for (let position = 0, turn = 0; position < bytes.length; turn++) {
          const end = position + (lengths[turn % lengths.length] ?? 1);
          audit.append(NAME, bytes.subarray(position, end));
          position = end;
          await folder.sweep();
          for (let block = await tail.next(); block !== undefined; block = await tail.next()) {
            if (block.kind === "lines")
              found.push(...linesAt(Buffer.from(block.bytes.subarray(block.start, block.end)), block.offset));
          }
        }
        expect(found).toEqual(linesOf(bytes));
        const [file] = tail.files();
        const complete = bytes.lastIndexOf(NEWLINE) + 1;
        expect(file?.readOffset ?? 0).toBe(complete);
        expect(file?.partialBytes ?? 0).toBe(bytes.length - complete);
        await tail.close();
      },
    ),
  );
});
