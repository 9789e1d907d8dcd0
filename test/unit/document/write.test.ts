/**
 * Goal: documents are the published ones: the line's own bytes first, then our members; reserved names move.
 * Method: the golden documents; lines by hand.
 */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { documentId } from "../../../src/tail/generation.ts";
import { documentRules } from "../../support/document-rules.ts";
import { requestLine } from "../../support/documents.ts";
import { generationOf, readLines, readOne } from "./reading.ts";

const GOLDEN = new URL("../../fixtures/golden/", import.meta.url);

describe("the golden documents", () => {
  const input = readFileSync(new URL("input.jsonl", GOLDEN));
  const expected = readFileSync(new URL("expected.jsonl", GOLDEN), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  const read = readLines(input);

  test.each(expected.map((document, index) => [index + 1, document, index] as const))(
    "number %d is as expected, member order included",
    (_, { _id, _source }, index) => {
      const document = read[index];
      if (document === undefined || document === "blank" || !("json" in document))
        throw new Error("expected a document");
      const source = JSON.parse(document.json);
      // Which row of the catalog it is, is up to the catalog.
      if ("cost" in _source && source.cost.price_id !== undefined) {
        expect(source.cost.price_id).toMatch(/^[0-9a-f]{12}$/);
        source.cost.price_id = _source.cost.price_id;
      }
      expect(JSON.stringify(source)).toBe(JSON.stringify(_source));
      const generation = generationOf("audit-2026-04-03.jsonl", input);
      expect(documentId(generation, document.offset)).toBe(_id);
    },
  );

  test("are all there are", () => {
    expect(read).toHaveLength(expected.length);
  });
});

describe("the bytes of a line", () => {
  test.each([
    '{"a": 1.0, "b": 1e2, "c": 12345678901234567890, "a": 2, "d": "\\u0041/\\/", "e": {"x" : [ ]}}',
    '{"记忆": "😀", "__proto__": {"a": 1}, "constructor": 1, "": 0}',
    '{"organization_id": "o", "team": "t", "api_key_hash": "h", "api_key_alias": "a"}',
  ])("come first and unchanged: %s", (line) => {
    const { json, canSplice } = readOne(line);
    expect(canSplice).toBe(true);
    expect(json.slice(0, line.length)).toBe(`${line.slice(0, -1)},`);
    expect(JSON.parse(json)).toHaveProperty("@timestamp");
  });

  test("that are no UTF-8 become the character that stands for them", () => {
    const line = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff]), Buffer.from('"}')]);
    const document = readOne(line);
    expect(document.isVerbatim).toBe(false);
    expect(JSON.parse(document.json)).toMatchObject({ a: "\ufffd" });
  });
});

describe("members of ours", () => {
  test("follow in the published order", () => {
    const line = requestLine({ type: "token_usage", llm_calls: 1, input_tokens: 1, output_tokens: 1, ts: 1 });
    const names = Object.keys(JSON.parse(readOne(line, { writer: { labels: { env: "prod" } } }).json));
    const own = Object.keys(JSON.parse(line));
    expect(names.slice(0, own.length)).toEqual(own);
    expect(new Set(names.slice(own.length))).toEqual(
      new Set(["@timestamp", "event", "log", "tags", "route_group", "url", "cost", "labels"]),
    );
  });

  test("name the file in ASCII and the line's place in it", () => {
    const [, second] = readLines('{"a":1}\n{"b":2}\n', { name: '记忆 "x" 2026-04-03.jsonl' });
    const { log } = JSON.parse((second as { json: string }).json);
    expect(log).toEqual({ file: { name: '记忆 "x" 2026-04-03.jsonl' }, offset: 8 });
  });

  test("tag a bad timestamp, and only that", () => {
    expect(JSON.parse(readOne("{}").json).tags).toEqual(["bad_timestamp"]);
    expect(JSON.parse(readOne(requestLine()).json)).not.toHaveProperty("tags");
  });

  test("hold the labels of the configuration", () => {
    const { json } = readOne(requestLine(), { writer: { labels: { service: "mem0", 环境: "prod" } } });
    expect(JSON.parse(json).labels).toEqual({ service: "mem0", 环境: "prod" });
  });

  test("hold the id only where the destination takes none", () => {
    const line = requestLine();
    expect(JSON.parse(readOne(line).json).event).toEqual({ kind: "request" });
    const generation = generationOf("audit-2026-04-03.jsonl", Buffer.from(`${line}\n`));
    expect(JSON.parse(readOne(line, { writer: { withEventId: true } }).json).event).toEqual({
      kind: "request",
      id: documentId(generation, 0),
    });
  });

  test("have no cost but on usage records", () => {
    expect(JSON.parse(readOne(requestLine({ input_tokens: 5, output_tokens: 5 })).json)).not.toHaveProperty(
      "cost",
    );
  });

  test("are right for every kind of one file, one after the other", () => {
    const lines = [
      requestLine(),
      '{"type":"token_usage"}',
      '{"event":"retrieval_detail"}',
      requestLine(),
      "{}",
    ];
    const kinds = readLines(lines.map((line) => `${line}\n`).join("")).map(
      (read) => JSON.parse((read as { json: string }).json).event.kind,
    );
    expect(kinds).toEqual(["request", "token_usage", "retrieval_detail", "request", "unknown"]);
  });
});

describe("reserved names", () => {
  test.each(["@timestamp", "event", "log", "url", "route_group", "cost", "labels", "tags", "original"])(
    "%s of a line moves unchanged into original",
    (name) => {
      const source = JSON.parse(readOne(JSON.stringify({ a: 1, [name]: { x: [1, "é"] } })).json);
      expect(source.original).toEqual({ [name]: { x: [1, "é"] } });
      expect(Object.keys(source)[0]).toBe("a");
      expect(source.log.offset).toBe(0);
    },
  );

  test("dotted names under one move as well", () => {
    const source = JSON.parse(readOne('{"event.kind": "mine", "log.x.y": 1, "team.x": 2, "a.b": 3}').json);
    expect(source.original).toEqual({ "event.kind": "mine", "log.x.y": 1, "team.x": 2 });
    expect(source["a.b"]).toBe(3);
  });

  test("a line of nothing else has our members only", () => {
    const source = JSON.parse(readOne('{"tags": ["x"]}').json);
    expect(source).toMatchObject({ tags: ["bad_timestamp"], original: { tags: ["x"] } });
  });

  test("the attribution of a line stays and wins", () => {
    expect(JSON.parse(readOne('{"team": "mine"}').json).team).toBe("mine");
  });

  test("__proto__ beside one is not lost", () => {
    const { json } = readOne('{"__proto__": {"a": 1}, "labels": 1}');
    expect(json.startsWith('{"__proto__":{"a":1},')).toBe(true);
  });
});

test("an empty object has our members only", () => {
  expect(readOne("{}").json.startsWith('{"@timestamp"')).toBe(true);
  expect(readOne("{ }").json.startsWith('{"@timestamp"')).toBe(true);
});

test("spaces around a line's object do not end up in the document", () => {
  expect(readOne('  {"a":1}\t').json.startsWith('{"a":1,"@timestamp"')).toBe(true);
});

test("what is redacted is not in the document", () => {
  const line = '{"event": "retrieval_detail", "query": "secret", "results": [{"memory": "secret", "id": 1}]}';
  const { json } = readOne(line, { rules: documentRules() });
  expect(json).not.toContain("secret");
  expect(JSON.parse(json)).toMatchObject({ results: [{ id: 1 }], original: { event: "retrieval_detail" } });
});
