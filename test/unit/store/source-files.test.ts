/**
 * Goal: checkpoints come back as they were saved, each generation for itself.
 * Method: two generations of one file name.
 */
import { expect, test } from "vitest";
import { SourceFiles } from "../../../src/store/source-files.ts";
import { identifyGeneration } from "../../../src/tail/generation.ts";
import { withDatabase } from "./sample-database.ts";
import { checkpoint, generation } from "./sample-rows.ts";

test("generations of the same name are kept apart, in their order", () => {
  withDatabase((database) => {
    const files = new SourceFiles(database);
    const second = identifyGeneration("", generation.name, Buffer.from("first line"), 1);
    const later = checkpoint(7, { generation: second });
    files.advance(later);
    files.advance(checkpoint(2 ** 40));
    expect(files.checkpoints()).toEqual([checkpoint(2 ** 40), later]);
    expect(files.committedOffset(generation.id)).toBe(2 ** 40);
    expect(files.committedOffset(second.id)).toBe(7);
    expect(files.committedOffset("unknown")).toBe(0);
  });
});

test("an advance takes over everything that may change", () => {
  withDatabase((database) => {
    const files = new SourceFiles(database);
    files.advance(checkpoint(1));
    const moved = checkpoint(2, {
      tailSha256: "ff",
      lastTimestamp: "2026-11-22T00:00:00Z",
      seenAs: "b.jsonl",
      inode: "3:4",
    });
    files.advance(moved);
    expect(files.checkpoints()).toEqual([moved]);
  });
});
