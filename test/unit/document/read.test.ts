/**
 * Goal: every line is a document, blank, or broken with the right reason; nothing stops the reader.
 * Method: lines by hand, of every kind that a torn, interleaved or foreign file can have.
 */
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { LINE_BYTES_MAX } from "../../../src/tail/block.ts";
import { documentRules } from "../../support/document-rules.ts";
import { requestLine } from "../../support/documents.ts";
import { readLines, readOne } from "./reading.ts";

const TS = "2026-04-03T10:00:00+00:00";

describe("a broken line", () => {
  test.each<[string, string | Buffer, string]>([
    ["torn", '{"ts": "2026', "not_json"],
    ["interleaved", '{"ts": {"ts": "x"}"y"}', "not_json"],
    ["plain text", "Traceback (most recent call last):", "not_json"],
    ["NUL bytes", "\0\0\0", "not_json"],
    ["NUL bytes before an object", '\0{"a":1}', "not_json"],
    ["two objects", '{"a":1}{"b":2}', "not_json"],
    ["a number", "42", "not_an_object"],
    ["a text", '"text"', "not_an_object"],
    ["a list", '[{"a":1}]', "not_an_object"],
    ["null", "null", "not_an_object"],
    ["bytes that are no UTF-8 and no JSON", Buffer.from([0xff, 0xfe]), "not_json"],
    ["a form feed", "\f", "not_json"],
  ])("%s", (_, line, type) => {
    const bytes = Buffer.from(line);
    const [read] = readLines(Buffer.concat([bytes, Buffer.of(0x0a)]));
    expect(read).toMatchObject({
      type,
      offset: 0,
      lengthBytes: bytes.length,
      sha256: createHash("sha256").update(bytes).digest("hex"),
      timestamp: "2026-04-03T00:00:00Z",
    });
    expect(read).toHaveProperty("head", bytes);
  });

  test("keeps its first 64 KiB, its length and the hash of all of it", () => {
    const line = Buffer.alloc(100_000, "x");
    const [read] = readLines(Buffer.concat([line, Buffer.of(0x0a)]));
    expect(read).toMatchObject({
      head: line.subarray(0, 65_536),
      lengthBytes: 100_000,
      sha256: createHash("sha256").update(line).digest("hex"),
    });
  });

  test("says nothing of what is in it", () => {
    const [read] = readLines('{"query": "a secret\n');
    expect(read).toHaveProperty("reason", expect.not.stringContaining("secret"));
  });

  test("does not change what comes after it", () => {
    const read = readLines(`${requestLine({ ts: TS })}\ntorn\n${requestLine({ ts: "bad" })}\n`);
    expect(read).toMatchObject([{ kind: "request" }, { type: "not_json", timestamp: TS }, { timestamp: TS }]);
  });

  test("is one of more than 8 MiB, even if it is an object; one of exactly 8 MiB is a document", () => {
    const lineOf = (length: number) => `{"x":"${"x".repeat(length - 8)}"}`;
    const exact = lineOf(LINE_BYTES_MAX);
    expect(exact.length).toBe(LINE_BYTES_MAX);
    const [document, broken] = readLines(`${exact}\n${lineOf(LINE_BYTES_MAX + 1)}\n`);
    expect(document).toHaveProperty("kind", "unknown");
    expect(broken).toMatchObject({ type: "line_too_long", lengthBytes: LINE_BYTES_MAX + 1 });
  });

  test.each([
    ["in a retrieval's results", (deep: string) => `{"event": "retrieval_detail", "results": ${deep}}`],
    ["in a member whose name is ours", (deep: string) => `{"labels": ${deep}}`],
  ])("is one that is nested too deeply %s", (_, lineOf) => {
    const deep = "[".repeat(500_000) + "]".repeat(500_000);
    expect(readLines(`${lineOf(deep)}\n{"a":1}\n`)).toMatchObject([
      { type: "not_json", reason: "nested too deeply" },
      { kind: "unknown" },
    ]);
  });
});

test.each([
  [999, "document"],
  [1000, "broken"],
  [2196, "broken"],
])("of a line that is written anew, a member of %i levels makes it a %s", (depth, fate) => {
  const [result] = readLines(`{"labels": ${"[".repeat(depth)}${"]".repeat(depth)}}\n`);
  expect(result).toHaveProperty(fate === "document" ? "json" : "reason");
});

test("a deeply nested line of which nothing has to be changed is a document", () => {
  const line = `{"x": ${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
  expect(readOne(line).json.startsWith(line.slice(0, -1))).toBe(true);
});

describe("a blank line", () => {
  test.each(["", " ", "\t \t", "\r", "\r\r", "\ufeff", "\ufeff \r"])("is %j", (line) => {
    expect(readLines(`${line}\n{"a":1}\n`)).toMatchObject(["blank", { kind: "unknown" }]);
  });
});

describe("set aside are", () => {
  test("a byte order mark, on any line", () => {
    const document = readOne('\ufeff{"a":1}');
    expect(document.json.startsWith('{"a":1,"@timestamp"')).toBe(true);
    expect(document.offset).toBe(0);
  });

  test("a carriage return at the end", () => {
    expect(readOne('{"a":1}\r').json.startsWith('{"a":1,"@timestamp"')).toBe(true);
    expect(readOne(`${requestLine()}\r`).json).toBe(readOne(requestLine()).json);
  });
});

describe("the timestamp", () => {
  function timestamps(lines: readonly string[], options: Parameters<typeof readLines>[1] = {}): unknown[] {
    const read = readLines(lines.map((line) => `${line}\n`).join(""), options);
    return read.map((one) => (one !== "blank" && "json" in one ? [one.timestamp, one.hasBadTimestamp] : one));
  }

  test("is the record's ts, as it is written", () => {
    expect(timestamps(['{"ts": "2026-04-03T10:00:00.123456789+08:00"}'])).toEqual([
      ["2026-04-03T10:00:00.123456789+08:00", false],
    ]);
  });

  test.each(["null", "1775000000", '"not a time"', '"2026-04-31T00:00:00Z"', '""', "{}"])(
    "of a line with %s is the last valid one before it in the file",
    (ts) => {
      const good = `{"ts": "${TS}"}`;
      expect(timestamps([good, `{"ts": ${ts}}`, `{"ts": ${ts}}`, '{"a": 1}'])).toEqual([
        [TS, false],
        [TS, true],
        [TS, true],
        [TS, true],
      ]);
    },
  );

  test("without a valid one before is the start of the day in the file's name", () => {
    expect(timestamps(["{}"], { name: "x-2025-12-31.jsonl" })).toEqual([["2025-12-31T00:00:00Z", true]]);
  });

  test("without a day in the name is the start of the epoch", () => {
    expect(timestamps(["{}"], { name: "audit.jsonl" })).toEqual([["1970-01-01T00:00:00Z", true]]);
  });

  test("with a day in the name that does not exist is still one that every server takes", () => {
    const [read] = timestamps(["{}"], { name: "audit-2026-02-31.jsonl" });
    expect(read).toEqual(["1970-01-01T00:00:00Z", true]);
  });

  test("after a resume in the middle of a file is the one that it would have been", () => {
    const lines = [`{"ts": "${TS}"}`, '{"a": 1}', '{"a": 2}'];
    const whole = timestamps(lines);
    expect(timestamps(lines.slice(1), { lastTimestamp: TS })).toEqual(whole.slice(1));
  });

  test("in milliseconds is the same moment", () => {
    expect(readOne('{"ts": "2026-04-03T10:00:00.123456789+08:00"}').timestampMs).toBe(
      Date.UTC(2026, 3, 3, 2, 0, 0, 123),
    );
    expect(readOne("{}").timestampMs).toBe(Date.UTC(2026, 3, 3));
  });
});

describe("lines in one of the service's layouts", () => {
  const line = JSON.stringify(JSON.parse(requestLine())).replaceAll('":', '": ').replaceAll(',"', ', "');

  test("become what any other line becomes", () => {
    const shuffled = `${line.slice(0, -1)} }`;
    const [fast, slow] = [readOne(line), readOne(shuffled)];
    expect(JSON.parse(fast.json)).toEqual(JSON.parse(slow.json));
    expect(fast).toMatchObject({ kind: "request", isVerbatim: true, canSplice: true });
  });

  test("are redacted as well", () => {
    const { json, isVerbatim } = readOne(line, {
      rules: documentRules({ ip: "drop", user_id: "hash" }, "key"),
    });
    expect(JSON.parse(json)).not.toHaveProperty("ip");
    expect(JSON.parse(json)).toHaveProperty("user_id", expect.stringMatching(/^[0-9a-f]{16}$/));
    expect(isVerbatim).toBe(false);
  });

  test("with a day that does not exist have a bad timestamp", () => {
    const document = readOne(line.replace("2026-04-03", "2026-04-31"));
    expect(document).toMatchObject({ hasBadTimestamp: true, timestamp: "2026-04-03T00:00:00Z" });
  });
});
