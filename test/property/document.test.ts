/**
 * Goal: a document is the line as it was, and what the contract adds to it; nothing else, for any line.
 * Method: random JSON objects with reserved, dotted and odd names, and random bytes; compared with a second
 * implementation of the contract that knows nothing of the first.
 */

import { expect, it } from "vitest";
import { fc, runs } from "../support/properties.ts";
import { expectationOf, wrongWith } from "../support/sim/expected-document.ts";
import { readLines } from "../unit/document/reading.ts";

const NAME = "audit-2026-04-03.jsonl";
const FALLBACK = "2026-04-03T00:00:00Z";

const name = fc.oneof(
  fc.string({ unit: "binary", maxLength: 8 }),
  fc.constantFrom("ts", "type", "path", "method", "status", "event", "query", "results", "agent_id"),
  fc.constantFrom("@timestamp", "log", "url", "route_group", "cost", "labels", "tags", "original"),
  fc.constantFrom(
    "event.kind",
    "log.file.name",
    "tags.x",
    "team",
    "team.x",
    "api_key_hash.",
    ".event",
    "events",
  ),
  fc.constantFrom(
    "__proto__",
    "constructor",
    "toString",
    "hasOwnProperty",
    "0",
    "1",
    "",
    "\u2028",
    "\ud800",
    "\0",
  ),
);
const value = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(
    "token_usage",
    "retrieval_detail",
    "/memory/add",
    "2026-04-03T15:24:51.973471+00:00",
    "\ud83d",
  ),
  fc.array(
    fc.record({
      id: fc.string(),
      memory: fc.string(),
      score: fc.double({ noNaN: true, noDefaultInfinity: true }),
    }),
    { maxLength: 3 },
  ),
);
const object = fc
  .array(fc.tuple(name, value), { maxLength: 7 })
  .map((members) => JSON.stringify(Object.fromEntries(members)));
const wrapped = fc
  .tuple(
    fc.constantFrom("", "\ufeff"),
    fc.constantFrom("", " "),
    object,
    fc.constantFrom("", "", "\r", " ", "\r\r"),
  )
  .map((parts) => Buffer.from(parts.join("")));
const bytes = fc
  .uint8Array({ maxLength: 20 })
  .map((some) => Buffer.from(some.filter((byte) => byte !== 0x0a)));
const invalid = fc
  .tuple(object, fc.constantFrom(0xff, 0xc3, 0xed, 0x80), fc.nat(200))
  .map(([text, byte, at]) => {
    const line = Buffer.from(text);
    const place = at % line.length;
    return Buffer.concat([line.subarray(0, place), Buffer.of(byte), line.subarray(place)]);
  });
const line = fc.oneof(
  { weight: 6, arbitrary: wrapped },
  { weight: 1, arbitrary: bytes },
  { weight: 1, arbitrary: invalid },
);

it("is what a plain reading of the contract says", () => {
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 6 }), (lines) => {
      const content = Buffer.concat(lines.flatMap((one) => [one, Buffer.of(0x0a)]));
      const results = readLines(content, { writer: { labels: { service: "mem0" } } });
      expect(results).toHaveLength(lines.length);
      let offset = 0;
      let timestampBefore = FALLBACK;
      for (const [index, one] of lines.entries()) {
        const expected = expectationOf(one);
        const result = results[index];
        if (expected.fate === "blank") expect(result).toBe("blank");
        else if (expected.fate === "broken")
          expect(result).toMatchObject({
            offset,
            head: one,
            lengthBytes: one.length,
            timestamp: timestampBefore,
          });
        else {
          if (result === undefined || result === "blank" || !("json" in result))
            throw new Error("no document");
          const document = JSON.parse(result.json) as Record<string, unknown>;
          const members = JSON.parse(JSON.stringify(expected.members)) as Record<string, unknown>;
          expect(wrongWith(document, members, { name: NAME, offset, timestampBefore })).toBeUndefined();
          if (result.canSplice) {
            const own = one
              .toString("latin1")
              .replace(/^\u00ef\u00bb\u00bf/, "")
              .replace(/\r$/, "");
            const spliced = Buffer.from(result.json).toString("latin1");
            expect(spliced.startsWith(`${own.slice(0, -1)},"@timestamp":`)).toBe(true);
          }
          if (!result.hasBadTimestamp) timestampBefore = result.timestamp;
        }
        offset += one.length + 1;
      }
    }),
    runs(1500),
  );
});

it("nesting of any depth is a document or a broken line, and never an error", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 30_000 }),
      fc.constantFrom("results", "event", "x"),
      (depth, member) => {
        const nested = `${"[".repeat(depth)}${"]".repeat(depth)}`;
        const text = `{"type": null, "event": "retrieval_detail", "${member}": ${nested}}`;
        const [result] = readLines(`${text}\n`);
        expect(result).toBeTypeOf("object");
      },
    ),
    runs(60),
  );
});
