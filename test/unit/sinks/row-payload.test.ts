/**
 * Goal: documents become rows that do not change, as many as a sink takes at once.
 * Method: documents read from real lines.
 */
import { expect, test } from "vitest";
import { RowPayloadBuilder, rowsOf } from "../../../src/sinks/row-payload.ts";
import { batchOf, forEachDocument, requestLine } from "../../support/documents.ts";

const limits = { recordsMax: 3, bytesMax: 10_000, waitMsMax: 0, inFlightMax: 1 };
const NAME = "audit-2026-04-03.jsonl";
const LINES = [1, 2, 3, 4].map((elapsed_ms) => requestLine({ elapsed_ms }));

test("a payload knows lines, offsets and times of its documents, and of a selection", () => {
  const { payload } = batchOf(new RowPayloadBuilder(limits), NAME, LINES.slice(0, 3));
  const part = payload?.select([0, 2]);
  expect(part?.line(1).toString()).toBe(LINES[2]);
  expect([part?.offset(1), part?.timestamp(0)]).toEqual([
    2 * (LINES[0]?.length ?? 0) + 2,
    "2026-04-03T15:24:51.973471+00:00",
  ]);
  expect([part?.count, part?.bytes]).toEqual([2, 2 * (LINES[0]?.length ?? 0)]);
  expect(part && rowsOf(part).map(({ elapsedMs }) => elapsedMs)).toEqual([1, 3]);
});

test("a builder is full at its limits, but takes a first document of any size", () => {
  const taken = (builder: RowPayloadBuilder) => {
    const answers: boolean[] = [];
    forEachDocument(NAME, LINES, (document) => answers.push(builder.add(document)));
    return answers;
  };
  const builder = new RowPayloadBuilder(limits);
  expect(taken(builder)).toEqual([true, true, true, false]);
  expect(taken(new RowPayloadBuilder({ ...limits, bytesMax: 1 }))).toEqual([true, false, false, false]);
  expect([builder.take()?.count, builder.count, builder.bytes, builder.take()]).toEqual([3, 0, 0, undefined]);
});

test("there are no rows where a batch has no documents", () => {
  const none = { count: 0, bytes: 0, offset: () => 0, line: () => Buffer.alloc(0), timestamp: () => "" };
  expect(rowsOf({ ...none, select: () => ({ ...none, select: () => expect.unreachable() }) })).toEqual([]);
});
