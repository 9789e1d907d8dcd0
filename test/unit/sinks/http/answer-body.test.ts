/**
 * Goal: an answer is read whole, and not without end.
 * Method: streams in memory.
 */
import { Readable } from "node:stream";
import { expect, it } from "vitest";
import { readAnswer } from "../../../../src/sinks/http/answer-body.ts";
import { AnswerTooLarge } from "../../../../src/sinks/http/failure.ts";

const CHUNK = Buffer.alloc(16 * 1024 * 1024, "x");

it.each([
  ["nothing", []],
  ["one piece", ["all"]],
  ["several pieces", ["用", "户", "\n"]],
])("reads %s", async (_, pieces) => {
  const stream = Readable.from(pieces.map((piece) => Buffer.from(piece)));
  expect((await readAnswer(stream)).toString()).toBe(pieces.join(""));
});

it("stops at 64 MiB", async () => {
  expect(await readAnswer(Readable.from(Array(4).fill(CHUNK)))).toHaveLength(64 * 1024 * 1024);
  const endless = Readable.from(
    (function* () {
      for (;;) yield CHUNK;
    })(),
  );
  await expect(readAnswer(endless)).rejects.toBeInstanceOf(AnswerTooLarge);
  expect(endless.destroyed).toBe(true);
});
