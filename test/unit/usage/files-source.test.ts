/**
 * Goal: the audit files, counted on the spot, say what the store would say of them.
 * Method: lines of every kind, read as a generator hands them over; figures that are plain to see.
 */
import { expect, test } from "vitest";
import type { Document } from "../../../src/document/document.ts";
import { TIME_MAX_MS, TIME_MIN_MS } from "../../../src/store/bucket-query.ts";
import { FilesUsage } from "../../../src/usage/files-source.ts";
import type { UsageSelection } from "../../../src/usage/source.ts";
import { TimeZone } from "../../../src/usage/time-zone.ts";
import { forEachDocument, requestLine } from "../../support/documents.ts";

const selection: UsageSelection = {
  fromMs: TIME_MIN_MS,
  untilMs: TIME_MAX_MS,
  includesSystem: false,
  filters: {},
  zone: TimeZone.find("Asia/Shanghai") as TimeZone,
};

function source(lines: readonly string[], onRead = () => {}): FilesUsage {
  return new FilesUsage(async function* () {
    onRead();
    const documents: Document[] = [];
    forEachDocument("audit-2026-04-03.jsonl", lines, (document) => {
      const { bytes, lineStart, lineEnd, record, kind, route, timestamp, timestampMs, cost } = document;
      const { generation, offset, offsetText, text, isVerbatim, canSplice, hasBadTimestamp } = document;
      const line = { bytes, lineStart, lineEnd, text, isVerbatim, canSplice, hasBadTimestamp };
      documents.push({
        ...line,
        generation,
        offset,
        offsetText,
        record,
        kind,
        route,
        timestamp,
        timestampMs,
        cost,
        body: undefined,
        attributed: undefined,
      });
    });
    yield* documents;
  });
}

const usage = { type: "token_usage", llm_calls: 1, input_tokens: 10, output_tokens: 2, model: undefined };

test("every line counts once, in the days of the zone", async () => {
  const lines = [
    ...Array.from({ length: 2500 }, () => requestLine()),
    requestLine({ ts: "2026-04-03T16:00:00Z", status: 503 }),
    requestLine({ ...usage, method: undefined, status: undefined }),
    requestLine({ method: "GET", path: "/health" }),
  ];
  const files = source(lines);
  const groups = await files.groups(selection, ["day"]);
  expect(
    groups.map(({ values, sums }) => [...values, sums.requests, sums.errors, sums.totalPicousd]),
  ).toEqual([
    ["2026-04-03", 2500, 0, 16_000_000n],
    ["2026-04-04", 1, 1, 0n],
  ]);
  expect(await files.span(selection)).toEqual({
    firstMs: Date.parse("2026-04-03T15:15:00Z"),
    lastMs: Date.parse("2026-04-03T16:00:00Z"),
  });
  expect(await files.assumedModels(selection)).toEqual(["us.anthropic.claude-3-5-haiku-20241022-v1:0"]);
  await files.close();
});

test("the files are read once for all sums, and not at all before a question", async () => {
  let reads = 0;
  const files = source([requestLine()], () => {
    reads += 1;
  });
  await files.close();
  expect(reads).toBe(0);
  await files.groups(selection, []);
  await files.span(selection);
  expect(reads).toBe(1);
  expect((await files.slowest(selection, 5)).map((row) => row.elapsed_ms)).toEqual([36_294]);
});
