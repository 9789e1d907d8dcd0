/**
 * Goal: a sink finds at the next start what it kept, and nothing where nothing of use is there.
 * Method: a real folder.
 */
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SinkMemoryFile } from "../../../src/daemon/sink-memory.ts";
import { systemFiles } from "../../../src/system/files.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "sink-memory-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test("what was saved last is there, for this user alone", async () => {
  const path = join(root, "sinks", "logs.json");
  const memory = new SinkMemoryFile(path, systemFiles);
  await memory.save({ log_stream: "first" });
  await memory.save({ log_stream: "second" });
  expect(await new SinkMemoryFile(path, systemFiles).load()).toEqual({ log_stream: "second" });
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(join(root, "sinks")).mode & 0o777).toBe(0o700);
});

test.each([
  ["no file", undefined],
  ["a torn file", '{"log_str'],
  ["something else", '{"log_stream": 1}'],
])("with %s nothing is remembered", async (_, content) => {
  const path = join(root, "logs.json");
  if (content !== undefined) writeFileSync(path, content);
  expect(await new SinkMemoryFile(path, systemFiles).load()).toEqual({});
});

test("a folder that cannot be written to is told", async () => {
  writeFileSync(join(root, "sinks"), "a file in its place");
  await expect(new SinkMemoryFile(join(root, "sinks", "logs.json"), systemFiles).save({})).rejects.toThrow();
});
