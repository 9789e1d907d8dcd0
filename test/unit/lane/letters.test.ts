/**
 * Goal: a dead letter has all that a person, and a replay, need.
 * Method: batches by hand; writing them is tested with the settler.
 */
import { expect, test } from "vitest";
import { brokenLetters, refusedLetter } from "../../../src/lane/letters.ts";
import { DOCUMENT_ERROR } from "../../support/scripted-sink.ts";
import { batchOf, GENERATION, NAME } from "./settling.ts";

test("of a line that is no document: its bytes, length and hash as read", () => {
  const [letter] = brokenLetters("search", batchOf([], { broken: ["torn"] }), 17);
  expect(letter).toEqual({
    sink: "search",
    id: `${GENERATION.id}-10000`,
    generationId: GENERATION.id,
    file: NAME,
    offset: 10_000,
    lengthBytes: 4,
    type: "not_json",
    reason: "not valid JSON",
    timeMs: 17,
    attempts: 0,
    line: Buffer.from("torn"),
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    timestamp: "2026-04-03T00:00:00Z",
  });
});

test("of a line that is no document: an API key in it is masked", () => {
  const torn = '{"api_key": "sk-1", "agent';
  const [letter] = brokenLetters("search", batchOf([], { broken: [torn] }), 17);
  expect(letter?.line.toString()).toBe('{"api_key": "****", "agent');
});

test("of a refused document: its line after redaction, why, and after how many attempts", () => {
  const batch = batchOf(["a", "bcd"]);
  const when = { attempts: 3, timeMs: 17 };
  const letter = batch.payload && refusedLetter("search", batch.payload, 1, batch, DOCUMENT_ERROR, when);
  expect(letter).toMatchObject({
    id: `${GENERATION.id}-100`,
    offset: 100,
    lengthBytes: 3,
    type: DOCUMENT_ERROR.type,
    reason: DOCUMENT_ERROR.reason,
    line: Buffer.from("bcd"),
    sha256: undefined,
    ...when,
  });
});
