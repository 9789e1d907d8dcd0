/**
 * Goal: a payload holds the bodies of retrieval details alone, and for the dead letters nothing private.
 * Method: a builder with small limits, on lines by hand.
 */
import { expect, test } from "vitest";
import { DocumentReader } from "../../../../src/document/read.ts";
import { BodyPayloadBuilder } from "../../../../src/sinks/bodies/payload.ts";
import { blockOf } from "../../../support/block.ts";
import { documentRules } from "../../../support/document-rules.ts";
import { generationOf, requestLine } from "../../../support/documents.ts";
import { retrievalLine } from "../../../support/retrieval-lines.ts";
import { bodiesBatch, FILE } from "./bodies-of.ts";

const LIMITS = { recordsMax: 10, bytesMax: 100_000 };
const LINES = ["one", "two", "three"].map((query) => retrievalLine(query, [`memory of ${query}`]));

test("it has the bodies in the order of the lines, and each line without what is private", () => {
  const { payload } = bodiesBatch(new BodyPayloadBuilder(LIMITS), LINES);
  expect(payload.count).toBe(3);
  expect(payload.rows.map(({ json }) => JSON.parse(json).query)).toEqual(["one", "two", "three"]);
  expect(payload.rows.map(({ name }) => name.slice(0, 11))).toEqual(Array(3).fill("2026-04-03/"));
  expect(payload.bytes).toBe(payload.rows.reduce((sum, { json }) => sum + json.length, 0));
  expect(payload.offset(1)).toBe(Buffer.byteLength(LINES[0] ?? "") + 1);
  expect(payload.timestamp(1)).toBe("2026-04-03T15:24:51.973471+00:00");
  const line = payload.line(1).toString();
  expect(line).not.toMatch(/two/);
  expect(JSON.parse(line)).toMatchObject({ event: "retrieval_detail", results: [{ id: "m-0", score: 0.5 }] });
});

test("a part of it has the documents that were chosen", () => {
  const { payload } = bodiesBatch(new BodyPayloadBuilder(LIMITS), LINES);
  const part = payload.select([0, 2]);
  expect(part.rows.map(({ json }) => JSON.parse(json).query)).toEqual(["one", "three"]);
  expect(() => part.offset(2)).toThrow("no such body");
});

test.each([
  ["records", { recordsMax: 2, bytesMax: 100_000 }],
  ["bytes", { recordsMax: 10, bytesMax: 500 }],
])("it takes no more than so many %s, but always one", (_, limits) => {
  const builder = new BodyPayloadBuilder(limits);
  expect(() => bodiesBatch(builder, LINES)).toThrow("does not fit");
  expect(builder.count).toBe(2);
  expect(builder.bytes).toBeGreaterThan(100);
  expect(builder.take()?.count).toBe(2);
  expect(builder.take()).toBeUndefined();
  expect(
    bodiesBatch(new BodyPayloadBuilder({ recordsMax: 1, bytesMax: 1 }), [LINES[0] ?? ""]).payload.count,
  ).toBe(1);
});

test("whatever has no body is skipped", () => {
  const builder = new BodyPayloadBuilder(LIMITS);
  const lines = [requestLine(), LINES[0] ?? ""];
  const bytes = Buffer.from(`${lines.join("\n")}\n`);
  const block = blockOf(generationOf(FILE, lines), bytes);
  const skipped = (bodies: { place: string; key: undefined } | undefined) => {
    const reader = new DocumentReader(block, undefined, { ...documentRules(), bodies });
    const found: boolean[] = [];
    for (; reader.hasLine; reader.advance(true)) {
      reader.read();
      found.push(builder.skips(reader.document));
    }
    return found;
  };
  expect(skipped({ place: "", key: undefined })).toEqual([true, false]);
  expect(skipped(undefined)).toEqual([true, true]);
});
