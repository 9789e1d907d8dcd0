/**
 * Goal: a line is recognised by what redaction left of it, and is not redacted twice.
 * Method: lines beside what the redaction itself makes of them.
 */
import { describe, expect, test } from "vitest";
import { isRedactionOf, rulesForRedacted } from "../../../src/daemon/redacted-line.ts";
import type { AuditRecord } from "../../../src/record/record.ts";
import { Redaction, type RedactionRule } from "../../../src/record/redaction.ts";

const RETRIEVAL = {
  ts: "2026-04-03T15:24:51Z",
  event: "retrieval_detail",
  user_id: "boss",
  query: "what does the boss drink",
  results: [{ id: "m1", score: 0.5, memory: "the boss drinks tea" }],
};

function line(record: AuditRecord | string): Buffer {
  return Buffer.from(typeof record === "string" ? record : JSON.stringify(record));
}

function redacted(record: AuditRecord, rules: Readonly<Record<string, RedactionRule>> = {}): Buffer {
  return line(new Redaction({ rules, key: "k" }).apply(record));
}

describe("what was kept", () => {
  test.each<[string, Readonly<Record<string, RedactionRule>>]>([
    ["by default", {}],
    ["with a hashed user", { user_id: "hash" }],
    ["with hashed memories", { "results[].memory": "hash", query: "hash" }],
    ["with everything dropped", { user_id: "drop", results: "drop", event: "drop" }],
  ])("is known as part of its line, redacted %s", (_how, rules) => {
    expect(isRedactionOf(redacted(RETRIEVAL, rules), line(RETRIEVAL))).toBe(true);
  });

  test("is known where a raw API key was replaced", () => {
    const record = { ...RETRIEVAL, api_key: "sk-1" };
    expect(isRedactionOf(redacted(record), line(record))).toBe(true);
    expect(isRedactionOf(redacted(record), line(RETRIEVAL))).toBe(false);
  });

  test("is known from a line with a byte order mark and a carriage return, which documents never have", () => {
    expect(isRedactionOf(line('{"a":1}'), line('\ufeff{"a":1}\r'))).toBe(true);
  });

  test("is not taken for part of another line", () => {
    const kept = redacted(RETRIEVAL);
    expect(isRedactionOf(kept, line({ ...RETRIEVAL, ts: "2026-04-03T15:24:52Z" }))).toBe(false);
    expect(isRedactionOf(kept, line({ event: "retrieval_detail" }))).toBe(false);
    expect(isRedactionOf(kept, line("torn"))).toBe(false);
    expect(isRedactionOf(line("torn"), line(RETRIEVAL))).toBe(false);
    expect(isRedactionOf(line('{"toString":1}'), line("{}"))).toBe(false);
  });

  test("is compared without end where it is nested without measure", () => {
    const deep = `{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    expect(isRedactionOf(line(`${deep}}`), line(`${deep},"b":1}`))).toBe(false);
  });
});

describe("the rules for a line that was redacted", () => {
  test.each(["user_id", "query", "results[].memory"])("do not hash %s once more", (name) => {
    const rules = { [name]: "hash" } as const;
    const once = redacted(RETRIEVAL, rules);
    const again = new Redaction({ rules: rulesForRedacted(rules, once), key: "k" });
    expect(line(again.apply(JSON.parse(once.toString()))).toString()).toBe(once.toString());
  });

  test("still drop and hash what is there as it was written", () => {
    const rules = { user_id: "hash", query: "drop", "results[].memory": "hash" } as const;
    expect(rulesForRedacted(rules, line({ ...RETRIEVAL, results: ["a memory"] }))).toEqual(rules);
    expect(rulesForRedacted(rules, line({ ...RETRIEVAL, results: {} }))).toEqual(rules);
    expect(rulesForRedacted(rules, line("torn"))).toEqual(rules);
  });

  test("let be what has no memory to hash", () => {
    const hashed = "0123456789abcdef";
    const rules = { "results[].memory": "hash" } as const;
    expect(
      rulesForRedacted(rules, line({ results: [{ id: "m1" }, null, hashed, { memory: hashed }] })),
    ).toEqual({
      "results[].memory": "keep",
    });
  });
});
