/**
 * Goal: every complete record of every audit file, oldest file first, and nothing else.
 * Method: real files: torn ends, broken and overlong lines, links, a missing folder.
 */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { DocumentRules } from "../../../src/document/read.ts";
import { Redaction } from "../../../src/record/redaction.ts";
import { systemFiles } from "../../../src/system/files.ts";
import { LINE_BYTES_MAX } from "../../../src/tail/block.ts";
import { readAuditRecords } from "../../../src/usage/audit-records.ts";

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
  directory = mkdtempSync(join(tmpdir(), "audit-records-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

async function pathsRead(folder = directory): Promise<unknown[]> {
  const paths: unknown[] = [];
  const records = readAuditRecords(
    { directory: folder, includes: (name) => name.endsWith(".jsonl") },
    rules,
    systemFiles,
  );
  for await (const { record } of records) paths.push(record["path"]);
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

test("links and folders are not followed", async () => {
  writeFileSync(join(directory, "real.jsonl"), line("a"));
  symlinkSync(join(directory, "real.jsonl"), join(directory, "link.jsonl"));
  mkdirSync(join(directory, "folder.jsonl"));
  expect(await pathsRead()).toEqual(["a"]);
});

test("a missing folder has no records", async () => {
  expect(await pathsRead(join(directory, "none"))).toEqual([]);
});
