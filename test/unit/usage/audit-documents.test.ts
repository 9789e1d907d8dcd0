/**
 * Goal: the document of every complete line of every audit file, oldest file first, and nothing else.
 * Method: real files: torn ends, broken and overlong lines, links, a missing folder.
 */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Document } from "../../../src/document/document.ts";
import type { DocumentRules } from "../../../src/document/read.ts";
import { Redaction } from "../../../src/record/redaction.ts";
import { systemFiles } from "../../../src/system/files.ts";
import { LINE_BYTES_MAX } from "../../../src/tail/block.ts";
import { readAuditDocuments } from "../../../src/usage/audit-documents.ts";

const rules: DocumentRules = {
  redaction: new Redaction({ rules: {}, key: undefined }),
  pricing: {
    costOf: () => {
      throw new Error("no usage records here");
    },
  },
};

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "audit-documents-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function documentsOf(folder = directory): AsyncIterable<Document> {
  const includes = (name: string) => name.endsWith(".jsonl");
  return readAuditDocuments({ directory: folder, includes }, rules, systemFiles);
}

async function pathsRead(folder = directory): Promise<unknown[]> {
  const paths: unknown[] = [];
  for await (const { record } of documentsOf(folder)) paths.push(record["path"]);
  return paths;
}

const line = (path: string, padding = "") =>
  `${JSON.stringify({ ts: "2026-11-21T00:00:00Z", path, padding })}\n`;

test("files are read in the order of their names, lines in theirs, and a torn last line not at all", async () => {
  writeFileSync(join(directory, "audit-2026-11-22.jsonl"), line("c") + line("torn").slice(0, -1));
  writeFileSync(join(directory, "audit-2026-11-21.jsonl"), `${line("a")}\nno json\n${line("b")}`);
  writeFileSync(join(directory, "notes.txt"), line("not included"));
  expect(await pathsRead()).toEqual(["a", "b", "c"]);
});

test("lines longer than a buffer are read, longer than the limit passed over", async () => {
  const long = line("long", "x".repeat(3_000_000));
  const overlong = line("overlong", "x".repeat(LINE_BYTES_MAX * 2));
  writeFileSync(join(directory, "a.jsonl"), line("a") + overlong + line("b") + long + overlong + line("c"));
  expect(await pathsRead()).toEqual(["a", "b", "long", "c"]);
});

test("a missing time is the last one before it in the file, across buffers", async () => {
  const untimed = `${JSON.stringify({ path: "untimed", padding: "x".repeat(1_100_000) })}\n`;
  writeFileSync(join(directory, "audit-2026-11-21.jsonl"), line("a") + untimed + untimed);
  const timestamps: string[] = [];
  for await (const { timestamp } of documentsOf()) timestamps.push(timestamp);
  expect(timestamps).toEqual(Array(3).fill("2026-11-21T00:00:00Z"));
});

test("links and folders are not followed", async () => {
  writeFileSync(join(directory, "real.jsonl"), line("a"));
  symlinkSync(join(directory, "real.jsonl"), join(directory, "link.jsonl"));
  mkdirSync(join(directory, "folder.jsonl"));
  expect(await pathsRead()).toEqual(["a"]);
});

test("a missing folder has no records", async () => {
  expect(await pathsRead(join(directory, "none"))).toEqual([]);
});
