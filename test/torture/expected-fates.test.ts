/**
 * Goal: the yardstick of the torture is right.
 * Method: fates of a file whose ids and kinds of lines are known, and of what the writer leaves.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { seededRandom } from "../../src/system/random.ts";
import { AuditWriter, REFUSED_MEMBER } from "./audit-writer.ts";
import { difference, expectedFates, NO_DIFFERENCE } from "./expected-fates.ts";

const FIRST_LINE =
  '{"ts":"2026-04-03T15:24:51.973128+00:00","type":"token_usage","path":"/memory/add","agent_id":"dev","user_id":"boss","llm_calls":19,"input_tokens":42256,"output_tokens":38000,"total_tokens":80256}';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "mem0-audit-fates-"));
});

afterEach(() => rmSync(directory, { recursive: true }));

describe("the difference of two lists", () => {
  it("counts what is missing, invented and doubled", () => {
    const found = ["a", "b", "b", "d"];
    expect(difference(found, ["a", "b", "c"])).toEqual({ missing: ["c"], unexpected: ["b", "d"] });
    expect(difference(found, ["d", "b", "a", "b"])).toEqual(NO_DIFFERENCE);
  });
});

describe("the expected fates", () => {
  it("have the documented ids, and tell documents, broken and blank lines apart", () => {
    const content = `${FIRST_LINE}\n{"a":1}\r\n\n[1]\nno json\n\r\n{"b":2}\n`;
    writeFileSync(join(directory, "audit-2026-04-03.jsonl"), content);
    const fates = expectedFates(directory);
    expect(fates.documents.map(({ id }) => id)).toEqual([
      "PHvswdm9BYPABZFWK5-gQe-0",
      "PHvswdm9BYPABZFWK5-gQe-197",
      "PHvswdm9BYPABZFWK5-gQe-221",
    ]);
    expect(fates.documents[1]?.bytes.toString()).toBe('{"a":1}');
    expect(fates.broken).toEqual(["audit-2026-04-03.jsonl:207", "audit-2026-04-03.jsonl:211"]);
    expect(fates).toMatchObject({ blank: 2, lines: 7 });
  });

  it("cover each line that the writer wrote, of every kind, in two files", async () => {
    await new AuditWriter(directory, seededRandom(1), 5000).write(5000, 0);
    const fates = expectedFates(directory);
    expect(fates.lines).toBe(5000);
    expect(fates.documents.length + fates.broken.length + fates.blank).toBe(5000);
    expect(new Set(fates.documents.map(({ file }) => file)).size).toBe(2);
    expect(fates.broken.length).toBeGreaterThan(0);
    expect(fates.blank).toBeGreaterThan(0);
    expect(fates.documents.some(({ bytes }) => bytes.includes(REFUSED_MEMBER))).toBe(true);
    expect(fates.documents.some(({ bytes }) => bytes.length > 16_384)).toBe(true);
    expect(fates.documents.some(({ bytes }) => bytes.includes(0xff))).toBe(true);
  });
});
