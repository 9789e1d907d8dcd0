/**
 * Goal: the fast way takes only lines that JSON.parse would judge in the same way.
 * Method: real lines of the service, and lines that differ from them in one respect.
 */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { LAYOUT_MEMBERS, readKnownLine } from "../../../src/record/known-layout.ts";
import { kindOf } from "../../../src/record/record.ts";

const REQUEST =
  '{"ts": "2026-04-03T15:24:51.973471+00:00", "method": "POST", "path": "/memory/add", "status": 200, "elapsed_ms": 36294, "ip": "127.0.0.1", "agent_id": "dev", "user_id": "boss"}';
const USAGE =
  '{"ts": "2026-04-03T15:24:51.973128+00:00", "type": "token_usage", "path": "/memory/add", "agent_id": "dev", "user_id": "boss", "llm_calls": 19, "input_tokens": 42256, "output_tokens": 38000, "total_tokens": 80256}';

describe("real lines of the service", () => {
  const folder = new URL("../../fixtures/audit/", import.meta.url);
  const text = ["concurrent-audit-2026-11-21.jsonl", "sequential-audit-2026-11-21.jsonl"]
    .map((name) => readFileSync(new URL(name, folder), "latin1"))
    .join("");

  test("are read as JSON.parse reads them, and nearly all of them the fast way", () => {
    const lines = text.trimEnd().split("\n");
    let start = 0;
    let known = 0;
    for (const line of lines) {
      const found = readKnownLine(text, start);
      if (found !== undefined) {
        known++;
        const record = JSON.parse(line);
        expect(found.nextStart).toBe(start + line.length + 1);
        expect(found.kind).toBe(kindOf(record));
        expect(found.timestamp).toBe(record.ts);
        expect(found.path).toBe(record.path);
        expect(found.method).toBe(record.method);
        if (found.record !== undefined) expect(found.record).toEqual(record);
      }
      start += line.length + 1;
    }
    expect(known / lines.length).toBeGreaterThan(0.9);
  });
});

test("the members that occur in a layout are told, so that redaction can look for them", () => {
  const names = new Set([...Object.keys(JSON.parse(REQUEST)), ...Object.keys(JSON.parse(USAGE))]);
  expect(new Set(LAYOUT_MEMBERS)).toEqual(names);
});

test("a line is read from where it starts", () => {
  const text = `${USAGE}\n${REQUEST}\n`;
  expect(readKnownLine(text, 0)?.kind).toBe("token_usage");
  expect(readKnownLine(text, USAGE.length + 1)?.kind).toBe("request");
  expect(readKnownLine(text, 1)).toBeUndefined();
  expect(readKnownLine(text, text.length)).toBeUndefined();
});

describe("the slow way is left to a line", () => {
  test.each([
    ["without its newline", REQUEST],
    ["with a carriage return", `${REQUEST}\r\n`],
    ["with a byte order mark", `\u00ef\u00bb\u00bf${REQUEST}\n`],
    ["with another member", `${REQUEST.slice(0, -1)}, "x": 1}\n`],
    ["with a member less", `${REQUEST.replace(', "ip": "127.0.0.1"', "")}\n`],
    [
      "with members in another order",
      `${REQUEST.replace('"method": "POST", "path": "/memory/add"', '"path": "/memory/add", "method": "POST"')}\n`,
    ],
    ["without spaces", `${REQUEST.replaceAll('": ', '":')}\n`],
    ["with a number that is a string", `${REQUEST.replace("200", '"200"')}\n`],
    ["with a negative number", `${REQUEST.replace("200", "-1")}\n`],
    ["with a fraction", `${REQUEST.replace("36294", "1.5")}\n`],
    ["with a number that is not exact any more", `${REQUEST.replace("36294", "1".repeat(16))}\n`],
    ["with a leading zero", `${REQUEST.replace("36294", "036294")}\n`],
    ["with an escape", `${REQUEST.replace("boss", "bo\\u0073s")}\n`],
    ["with a quote", `${REQUEST.replace("boss", 'bo\\"ss')}\n`],
    ["with a control character", `${REQUEST.replace("boss", "bo\u0001ss")}\n`],
    ["with a path beyond ASCII", `${REQUEST.replace("/add", `/${Buffer.from("é").toString("latin1")}`)}\n`],
    ["with a time that is none", `${REQUEST.replace("15:24", "25:24")}\n`],
    ["with a time that is null", `${REQUEST.replace('"2026-04-03T15:24:51.973471+00:00"', "null")}\n`],
    ["of another type", `${USAGE.replace("token_usage", "other_usage")}\n`],
    ["with null for a count", `${USAGE.replace("42256", "null")}\n`],
    ["with text after it", `${REQUEST} \n`],
    ["that is torn", `${REQUEST.slice(0, 50)}\n`],
    ["that two writers mixed", `${REQUEST.slice(0, 50)}${USAGE}\n`],
  ])("%s", (_, text) => {
    expect(readKnownLine(text, 0)).toBeUndefined();
  });
});

test("names beyond ASCII are read as JSON.parse reads them", () => {
  const usage = USAGE.replace('"dev"', '"客服 é\u007f😀"').replace('"boss"', '"小明"');
  const text = Buffer.from(`${usage}\n`).toString("latin1");
  expect(readKnownLine(text, 0)).toMatchObject({ nextStart: text.length, record: JSON.parse(usage) });
  const request = Buffer.from(`${REQUEST.replace('"boss"', '"小明"')}\n`).toString("latin1");
  expect(readKnownLine(request, 0)).toMatchObject({ kind: "request", nextStart: request.length });
});
