/**
 * Goal: the configuration decides which indices are asked.
 * Method: the small server of the tests, with documents of one day.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import { elasticsearchOptions } from "../../../../src/sinks/elasticsearch/options.ts";
import { elasticsearchPresence } from "../../../../src/sinks/elasticsearch/presence.ts";
import { systemClock } from "../../../../src/system/clock.ts";
import { generationOf } from "../../../support/documents.ts";
import { type FakeOpenSearch, startFakeOpenSearch } from "../../../support/fake-opensearch.ts";

const signal = new AbortController().signal;

let server: FakeOpenSearch;
beforeEach(async () => {
  server = await startFakeOpenSearch();
});
afterEach(() => server.close());

test("it asks the index of the file's day for the ids of its lines", async () => {
  const generation = generationOf("audit-2026-04-03.jsonl", ["{}"]);
  server.documents.set(`audit-2026.04.03/${generation.id}-0`, {});
  const options = elasticsearchOptions.parse({
    endpoints: [server.url],
    index: "audit-{yyyy.MM.dd}",
    setup: { retention: "30d" },
  });
  const presence = await elasticsearchPresence(options, { clock: systemClock });
  const lines = [0, 3].map((offset) => ({ offset, timestampMs: 0 }));
  expect(await presence.copies(generation, lines, signal)).toEqual([1, 0]);
  expect(await presence.retentionMs(signal)).toBe(29 * 86_400_000);
  await presence.close();
});
