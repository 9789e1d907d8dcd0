/**
 * Goal: nothing private leaves unless somebody said so, in whatever shape it comes.
 * Method: records by hand; hashes are computed here a second time.
 */
import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { AuditRecord } from "../../../src/record/record.ts";
import { Redaction, type RedactionRule } from "../../../src/record/redaction.ts";

const KEY = "a key";

function redact(rules: Readonly<Record<string, RedactionRule>>, record: AuditRecord): AuditRecord {
  return new Redaction({ rules, key: KEY }).apply(record);
}

function hashOf(text: string): string {
  return createHmac("sha256", KEY).update(text).digest("hex").slice(0, 16);
}

const DETAIL = {
  event: "retrieval_detail",
  query: "什么时候开会",
  results: [{ id: "m1", memory: "weekly meeting on Friday", score: 0.83 }],
};

describe("by default", () => {
  test("query and memory texts of a retrieval are dropped; ids, scores and counts stay", () => {
    expect(redact({}, DETAIL)).toEqual({ event: "retrieval_detail", results: [{ id: "m1", score: 0.83 }] });
  });

  test("the same names in other records are kept", () => {
    const record = { path: "/x", status: 200, query: "q", results: [{ memory: "m" }] };
    expect(redact({}, record)).toBe(record);
  });

  test("a retrieval with a type that nobody knows is redacted as well", () => {
    const record = { ...DETAIL, type: "something new" };
    expect(JSON.stringify(redact({}, record))).not.toMatch(/meeting|开会/);
  });

  test("a record without anything private is the same object", () => {
    const record = { event: "retrieval_detail", path: "/memory/search" };
    expect(redact({}, record)).toBe(record);
  });
});

describe("the rule for memory texts", () => {
  test.each<[string, unknown, unknown]>([
    ["a list of texts", ["secret one", "secret two"], [null, null]],
    ["a text", "secret", null],
    ["an object instead of a list", { id: 1, memory: "secret" }, { id: 1 }],
    ["lists within lists", [[{ memory: "secret", id: 2 }]], [[{ id: 2 }]]],
    ["a memory that is an object", [{ memory: { text: "secret" }, id: 3 }], [{ id: 3 }]],
    ["null", null, null],
    ["a number", 7, 7],
    ["an empty list", [], []],
    ["mixed", [1, null, true, "secret", { memory: "secret" }], [1, null, true, null, {}]],
  ])("drops them out of %s", (_, results, expected) => {
    expect(redact({}, { event: "retrieval_detail", results })).toEqual({
      event: "retrieval_detail",
      results: expected,
    });
  });

  test("hash keeps which texts are the same", () => {
    const results = [{ memory: "a", id: 1 }, { memory: "a" }, "a", { memory: null }];
    expect(redact({ "results[].memory": "hash" }, { ...DETAIL, results })).toMatchObject({
      results: [{ memory: hashOf("a"), id: 1 }, { memory: hashOf("a") }, hashOf("a"), { memory: null }],
    });
  });

  test("keep keeps them", () => {
    expect(redact({ "results[].memory": "keep", query: "keep" }, DETAIL)).toBe(DETAIL);
  });

  test("holds in every record if it is set", () => {
    const record = { path: "/x", status: 200, results: [{ memory: "m", id: 1 }] };
    expect(redact({ "results[].memory": "drop" }, record)).toMatchObject({ results: [{ id: 1 }] });
  });
});

describe("a rule for a member", () => {
  test("drops it, wherever it stands, and keeps the order of the others", () => {
    const record = redact({ ip: "drop" }, { a: 1, ip: "10.0.0.7", b: 2 });
    expect(JSON.stringify(record)).toBe('{"a":1,"b":2}');
  });

  test.each<[unknown, unknown]>([
    ["10.0.0.7", hashOf("10.0.0.7")],
    ["", hashOf("")],
    [42, hashOf("42")],
    [{ a: [1] }, hashOf('{"a":[1]}')],
    [null, null],
  ])("hashes %j", (value, expected) => {
    expect(redact({ user_id: "hash" }, { user_id: value })).toEqual({ user_id: expected });
  });

  test("gives another hash with another key", () => {
    const other = new Redaction({ rules: { user_id: "hash" }, key: "another key" });
    expect(other.apply({ user_id: "boss" })).not.toEqual({ user_id: hashOf("boss") });
  });

  test("wins over the default", () => {
    expect(redact({ query: "hash" }, DETAIL)).toMatchObject({ query: hashOf(DETAIL.query) });
  });

  test("for the results as a whole drops them", () => {
    expect(redact({ results: "drop" }, DETAIL)).toEqual({ event: "retrieval_detail" });
  });

  test("does not lose a member named __proto__", () => {
    const record = JSON.parse('{"__proto__": {"a": 1}, "ip": "x"}');
    expect(JSON.stringify(redact({ ip: "drop" }, record))).toBe('{"__proto__":{"a":1}}');
  });

  test("for __proto__ drops it", () => {
    const record = JSON.parse('{"__proto__": {"a": 1}, "b": 2}');
    const rules = JSON.parse('{"__proto__": "drop"}');
    expect(JSON.stringify(redact(rules, record))).toBe('{"b":2}');
  });
});

test("a record that is nested too deeply to be looked through is refused, not let through", () => {
  const depth = 200_000;
  const record = JSON.parse(
    `{"event": "retrieval_detail", "results": ${"[".repeat(depth)}${"]".repeat(depth)}}`,
  );
  expect(() => redact({}, record)).toThrow(RangeError);
});

test("it tells whether one of some members would be changed in records that are no retrievals", () => {
  const redaction = new Redaction({ rules: { ip: "drop", ts: "keep" }, key: undefined });
  expect(redaction.touchesAny(["ts", "ip"])).toBe(true);
  expect(redaction.touchesAny(["ts", "query"])).toBe(false);
});
