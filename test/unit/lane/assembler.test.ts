/**
 * Goal: blocks become batches without a gap, each with the place where the file stands after it.
 * Method: blocks by hand, a builder with small limits; the batches are compared with the bytes they came from.
 */
import { beforeEach, describe, expect, test } from "vitest";
import type { Batch } from "../../../src/batch/batch.ts";
import type { Document } from "../../../src/document/document.ts";
import { Assembler } from "../../../src/lane/assembler.ts";
import type { Block } from "../../../src/tail/block.ts";
import { hashTail } from "../../../src/tail/checkpoint.ts";
import { identifyGeneration } from "../../../src/tail/generation.ts";
import { documentRules } from "../../support/document-rules.ts";
import { LinesPayload, ScriptedSink } from "../../support/scripted-sink.ts";

const GENERATION = identifyGeneration("", "audit-2026-04-03.jsonl", Buffer.from("first"), 0);
const OTHER = identifyGeneration("", "audit-2026-04-04.jsonl", Buffer.from("first"), 0);
const RULES = documentRules();

function assemblerOf(limits: ConstructorParameters<typeof ScriptedSink>[1] = {}, lastTimestamp?: string) {
  const checkpoint = { generation: GENERATION, offset: 0, tailSha256: "", lastTimestamp };
  const builder = new ScriptedSink(undefined, limits).payloadBuilder();
  return new Assembler(builder, () => RULES, [{ ...checkpoint, seenAs: GENERATION.name, inode: "" }]);
}

/** The bytes of a whole file, from `start` on, as a block. */
function blockOf(file: Buffer, start = 0, generation = GENERATION): Block {
  const historyBytes = Math.min(start, 4096);
  return { kind: "lines", generation, bytes: file, start, end: file.length, offset: start, historyBytes };
}

function fileOf(lines: readonly string[]): Buffer {
  return Buffer.from(lines.map((line) => `${line}\n`).join(""));
}

function textsOf(batch: Batch | undefined): string[] {
  return batch?.payload instanceof LinesPayload ? batch.payload.texts : [];
}

/** All batches that come of the assembler until it has no lines. */
function takeAll(assembler: Assembler): Batch[] {
  const batches: Batch[] = [];
  do {
    assembler.fill();
    const batch = assembler.take();
    if (batch !== undefined) batches.push(batch);
  } while (assembler.hasLines);
  return batches;
}

describe("batches", () => {
  let assembler: Assembler;
  beforeEach(() => {
    assembler = assemblerOf({ recordsMax: 3 });
  });

  test("follow one another without a gap, and each knows the hash of the bytes before its end", () => {
    const lines = Array.from({ length: 10 }, (_, index) => `{"n":${index}}`);
    lines.splice(4, 0, "", "torn", "[]");
    const file = fileOf(lines);
    assembler.addBlock(blockOf(file));
    const batches = takeAll(assembler);
    let offset = 0;
    for (const batch of batches) {
      expect(batch.startOffset).toBe(offset);
      offset = batch.end.offset;
      expect(file[offset - 1]).toBe(0x0a);
      expect(batch.end.tailSha256).toBe(hashTail(file.subarray(0, offset)));
    }
    expect(offset).toBe(file.length);
    expect(batches.reduce((sum, batch) => sum + batch.lines, 0)).toBe(13);
    expect(batches.flatMap(textsOf)).toHaveLength(10);
    expect(batches.flatMap(({ broken }) => broken.map(({ type }) => type))).toEqual([
      "not_json",
      "not_an_object",
    ]);
    expect(batches.reduce((sum, { skipped }) => sum + skipped, 0)).toBe(1);
  });

  test("go over several blocks of one generation", () => {
    const file = fileOf(['{"n":1}', '{"n":2}']);
    assembler.addBlock({ ...blockOf(file), end: 8 });
    assembler.fill();
    expect(assembler.hasLines).toBe(false);
    assembler.addBlock(blockOf(file, 8));
    assembler.fill();
    const batch = assembler.take();
    expect(textsOf(batch)).toEqual(['{"n":1}', '{"n":2}']);
    expect(batch).toMatchObject({ startOffset: 0, end: { offset: 16 }, lines: 2 });
  });

  test("hold one generation: the lines of another wait", () => {
    assembler.addBlock(blockOf(fileOf(['{"n":1}'])));
    assembler.fill();
    expect(assembler.accepts(OTHER)).toBe(false);
    assembler.addBlock(blockOf(fileOf(['{"n":2}']), 0, OTHER));
    assembler.fill();
    expect(textsOf(assembler.take())).toEqual(['{"n":1}']);
    assembler.fill();
    expect(assembler.take()).toMatchObject({ generation: OTHER, lines: 1 });
  });

  test("may hold nothing to send", () => {
    assembler.addBlock(blockOf(fileOf(["", " ", "torn"])));
    assembler.fill();
    expect(assembler.take()).toMatchObject({ payload: undefined, lines: 3, skipped: 2, broken: [{}] });
    expect(assembler.take()).toBeUndefined();
    expect(assembler.isEmpty).toBe(true);
  });

  test("end when their broken lines would fill the memory", () => {
    const big = "x".repeat(70_000);
    assembler.addBlock(blockOf(fileOf(Array.from({ length: 100 }, () => big))));
    const sizes = takeAll(assembler).map(({ broken }) => broken.length);
    expect(sizes).toEqual([64, 36]);
  });
});

describe("the last valid timestamp", () => {
  const TS = "2026-04-03T10:00:00Z";

  function timestampsOf(assembler: Assembler, file: Buffer): string[] {
    assembler.addBlock(blockOf(file));
    return takeAll(assembler).flatMap((batch) => {
      const { payload } = batch;
      return payload === undefined
        ? []
        : Array.from({ length: payload.count }, (_, index) => payload.timestamp(index));
    });
  }

  test("goes over batches and blocks, and into checkpoints", () => {
    const assembler = assemblerOf({ recordsMax: 1 });
    const file = fileOf([`{"ts":"${TS}"}`, '{"ts":"bad"}']);
    expect(timestampsOf(assembler, file)).toEqual([TS, TS]);
    expect(timestampsOf(assembler, fileOf(['{"n":1}']))).toEqual([TS]);
    assembler.addBlock(blockOf(fileOf(['{"n":2}'])));
    assembler.fill();
    expect(assembler.take()?.end.lastTimestamp).toBe(TS);
  });

  test("is taken up from a checkpoint", () => {
    expect(timestampsOf(assemblerOf({}, TS), fileOf(['{"n":1}']))).toEqual([TS]);
  });

  test("is the start of the file's day without one", () => {
    expect(timestampsOf(assemblerOf(), fileOf(['{"n":1}']))).toEqual(["2026-04-03T00:00:00Z"]);
  });

  test("is not changed by a line that did not fit: it counts once it is read again", () => {
    const assembler = assemblerOf({ recordsMax: 1 });
    assembler.addBlock(blockOf(fileOf([`{"ts":"${TS}"}`, '{"ts":"2026-04-03T11:00:00Z"}', "{}"])));
    assembler.fill();
    expect(assembler.take()?.end.lastTimestamp).toBe(TS);
    expect(takeAll(assembler).map(({ end }) => end.lastTimestamp)).toEqual([
      "2026-04-03T11:00:00Z",
      "2026-04-03T11:00:00Z",
    ]);
  });
});

test("an over-long line joins the batch of its file with its own place and hash", () => {
  const assembler = assemblerOf();
  const file = fileOf(['{"n":1}']);
  assembler.addBlock(blockOf(file));
  assembler.fill();
  assembler.addOverlong({
    kind: "overlong",
    generation: GENERATION,
    offset: 8,
    endOffset: 9_000_000,
    head: Buffer.from("head"),
    sha256: "ab",
    lengthBytes: 8_999_991,
    tailSha256: "cd",
  });
  const batch = assembler.take();
  expect(batch).toMatchObject({
    startOffset: 0,
    lines: 2,
    end: { offset: 9_000_000, tailSha256: "cd" },
    broken: [{ offset: 8, type: "line_too_long", lengthBytes: 8_999_991, timestamp: "2026-04-03T00:00:00Z" }],
  });
  expect(textsOf(batch)).toEqual(['{"n":1}']);
});

test("rules that are replaced hold from the next block on", () => {
  let rules = documentRules();
  const members: string[][] = [];
  const builder = {
    ...{ count: 0, bytes: 0, take: () => undefined },
    add: ({ record }: Document) => members.push(Object.keys(record)) > 0,
  };
  const assembler = new Assembler(builder, () => rules, []);
  const file = fileOf(['{"path":"/x","status":200}']);
  assembler.addBlock(blockOf(file));
  rules = documentRules({ path: "drop" });
  assembler.fill();
  assembler.addBlock(blockOf(file));
  assembler.fill();
  expect(members).toEqual([["path", "status"], ["status"]]);
});

describe("a sink that does not want all documents", () => {
  const wantsOdd = {
    skips: ({ record }: Document) => Number(record["n"]) % 2 === 0,
  };

  function pickyAssembler(): Assembler {
    const builder = new ScriptedSink().payloadBuilder();
    const picky = Object.assign(builder, wantsOdd);
    return new Assembler(picky, () => RULES, []);
  }

  test("gets the others, and the rest is skipped by rule", () => {
    const file = fileOf(['{"n":1}', '{"n":2}', "", "torn", '{"n":3}']);
    const assembler = pickyAssembler();
    assembler.addBlock(blockOf(file));
    const [batch, ...more] = takeAll(assembler);
    expect(more).toEqual([]);
    expect(textsOf(batch)).toHaveLength(2);
    expect(batch).toMatchObject({ lines: 5, skipped: 2, end: { offset: file.length } });
    expect(batch?.broken).toHaveLength(1);
  });

  test("has its checkpoint moved though it wants nothing for long", () => {
    const file = fileOf(Array.from({ length: 45_000 }, () => '{"n":2}'));
    const assembler = pickyAssembler();
    assembler.addBlock(blockOf(file));
    const batches = takeAll(assembler);
    expect(batches.map(({ skipped }) => skipped)).toEqual([20_000, 20_000, 5000]);
    expect(batches.every(({ payload }) => payload === undefined)).toBe(true);
  });
});
