/**
 * Goal: the lines that are proven are those that a lane reads, each with its offset, its kind and its time.
 * Method: small files with every kind of line, and one with a line that no buffer holds.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Document } from "../../../src/document/document.ts";
import { LINE_BYTES_MAX } from "../../../src/tail/block.ts";
import { type FileLine, readFileLines } from "../../../src/verify/file-lines.ts";
import { documentRules } from "../../support/document-rules.ts";
import { requestLine } from "../../support/documents.ts";
import { AuditFiles } from "./audit-file.ts";

let files: AuditFiles;
beforeEach(() => {
  files = new AuditFiles();
});
afterEach(() => files.remove());

async function linesBefore(endOffset: number): Promise<FileLine[]> {
  const lines: FileLine[] = [];
  const { generation } = files.checkpoint();
  for await (const line of readFileLines(await files.open(), generation, endOffset, documentRules()))
    lines.push(line);
  return lines;
}

test("tells documents, blank lines and what is no record", async () => {
  const first = requestLine({ ts: "2026-04-03T15:00:00Z" });
  const texts = [first, "", "torn {", "[1]", " \r", `\ufeff${requestLine({ ts: "never" })}\r`];
  files.append(`${texts.join("\n")}\n{"unfinished`);
  const lines = await linesBefore(Number.POSITIVE_INFINITY);
  expect(lines.map(({ kind }) => kind)).toEqual([
    "document",
    "skipped",
    "broken",
    "broken",
    "skipped",
    "document",
  ]);
  let offset = 0;
  for (const [index, text] of texts.entries()) {
    expect(lines[index]?.offset).toBe(offset);
    offset += Buffer.byteLength(text) + 1;
  }
  expect(lines.at(-1)).toMatchObject({
    timestamp: "2026-04-03T15:00:00Z",
    timestampMs: Date.UTC(2026, 3, 3, 15),
  });
});

test("a document that the destination does not get is skipped", async () => {
  files.append(`${requestLine()}\n${requestLine({ status: 500 })}\n`);
  const { generation } = files.checkpoint();
  const kinds: string[] = [];
  const skips = ({ record }: Document) => record["status"] === 200;
  for await (const { kind } of readFileLines(await files.open(), generation, 9999, documentRules(), skips))
    kinds.push(kind);
  expect(kinds).toEqual(["skipped", "document"]);
});

test("ends at the offset", async () => {
  files.append(`${requestLine()}\n`);
  const end = files.checkpoint().offset;
  files.append(`${requestLine()}\n\n`);
  expect(await linesBefore(end)).toHaveLength(1);
  expect(await linesBefore(0)).toEqual([]);
});

test("passes a line that is too long to be held, and goes on behind it", async () => {
  files.append(`${requestLine()}\n`);
  const offset = files.checkpoint().offset;
  files.append(Buffer.alloc(LINE_BYTES_MAX + 300_000, "x"));
  files.append(`\n${requestLine()}\n${requestLine()}\n`);
  const lines = await linesBefore(Number.POSITIVE_INFINITY);
  expect(lines.map(({ kind }) => kind)).toEqual(["document", "broken", "document", "document"]);
  expect(lines[1]?.offset).toBe(offset);
  expect(lines[2]?.offset).toBe(offset + LINE_BYTES_MAX + 300_001);
  expect(await linesBefore(offset)).toHaveLength(1);
});

test("an unfinished line that is too long is no line yet", async () => {
  files.append(`${requestLine()}\n`);
  files.append(Buffer.alloc(LINE_BYTES_MAX + 300_000, "x"));
  expect(await linesBefore(Number.POSITIVE_INFINITY)).toHaveLength(1);
});
