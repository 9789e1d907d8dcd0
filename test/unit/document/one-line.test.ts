/**
 * Goal: a line by itself becomes what it is within its file.
 * Method: a line with a time and one without, at a place in a file.
 */
import { expect, test } from "vitest";
import { readerOfLine } from "../../../src/document/one-line.ts";
import { documentRules } from "../../support/document-rules.ts";
import { requestLine } from "../../support/documents.ts";
import { generationOf } from "./reading.ts";

const generation = generationOf("audit-2026-04-03.jsonl", Buffer.from("{}\n"));
const place = { generation, offset: 512, lastTimestamp: "2026-04-03T10:00:00Z" };

test("it stands where the line stands in the file", () => {
  const reader = readerOfLine(Buffer.from(requestLine()), place, documentRules());
  expect(reader.read()).toBe("document");
  expect(reader.document).toMatchObject({ offset: 512, kind: "request", hasBadTimestamp: false });
  expect(reader.document.generation).toBe(generation);
});

test("a line without a time has that of the one before it", () => {
  const reader = readerOfLine(Buffer.from(requestLine({ ts: "none" })), place, documentRules());
  expect(reader.read()).toBe("document");
  expect(reader.document).toMatchObject({ timestamp: place.lastTimestamp, hasBadTimestamp: true });
});

test("what is no document is told as in a file", () => {
  expect(readerOfLine(Buffer.from(""), place, documentRules()).read()).toBe("blank");
  expect(readerOfLine(Buffer.from("{"), place, documentRules()).read()).toMatchObject({ type: "not_json" });
});
