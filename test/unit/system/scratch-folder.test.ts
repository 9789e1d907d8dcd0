/**
 * Goal: a scratch folder takes files and leaves nothing behind.
 * Method: a real one in the system's temporary folder.
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { makeScratchFolder } from "../../../src/system/scratch-folder.ts";

it("a scratch folder is private, takes what is appended, and is gone once it is removed", async () => {
  const folder = await makeScratchFolder("mem0-audit-scratch-");
  await folder.append("logs/a.jsonl", "one\n");
  await folder.append("logs/a.jsonl", "two\n");
  expect(readFileSync(join(folder.path, "logs/a.jsonl"), "utf8")).toBe("one\ntwo\n");
  expect(statSync(folder.path).mode & 0o777).toBe(0o700);
  await folder.remove();
  expect(existsSync(folder.path)).toBe(false);
  await folder.remove();
});
