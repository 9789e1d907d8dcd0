/**
 * Goal: for two months of lines of fifty agents, every grouping and every filter gives the same numbers from the embedded
 * store, from the files and from each server, to the pico-dollar; and an idea of how long answers take.
 * Method: generated lines, shipped by the daemon; expected is what a plain count of the lines gives, which shares no code
 * with the product. TORTURE=long: a million lines. Times are told, not asserted.
 */
import { randomUUID } from "node:crypto";
import { performance } from "node:perf_hooks";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { UsageSource } from "../../src/usage/source.ts";
import { elasticsearchTargets } from "../support/servers/elasticsearch.ts";
import { searchServer } from "../support/servers/search-requests.ts";
import { SCALE } from "../torture/scale.ts";
import { answerOf, QUESTIONS, UsageAtScale, wordsOf } from "./usage-scale.ts";

const SHIPPING_MS_MAX = 30 * 60_000;

let usage: UsageAtScale;
beforeAll(() => {
  usage = new UsageAtScale(SCALE.usageLines, SCALE.seed);
}, SHIPPING_MS_MAX);
afterAll(() => usage.remove());

/** Declares one test for each question. */
function compareWith(name: string, open: () => Promise<UsageSource>): void {
  const times: { readonly ms: number; readonly words: string }[] = [];
  let source: UsageSource;
  beforeAll(async () => {
    source = await open();
    await answerOf(source, { by: [], zone: "UTC", includesSystem: true, filters: {} });
  }, SHIPPING_MS_MAX);
  afterAll(async () => {
    await source.close();
    const [slowest, ...others] = times.toSorted((one, other) => other.ms - one.ms);
    const median = others[Math.floor(others.length / 2)];
    console.info(
      `${name}: ${SCALE.usageLines} lines, ${times.length} answers, median ${median?.ms.toFixed(0)} ms, slowest ${slowest?.ms.toFixed(0)} ms (${slowest?.words})`,
    );
  });

  it.each(QUESTIONS.map((question, index) => [wordsOf(question), question, index] as const))(
    "usage %s",
    async (words, question, index) => {
      const startMs = performance.now();
      const answer = await answerOf(source, question);
      times.push({ ms: performance.now() - startMs, words });
      expect(answer).toEqual(usage.expected[index]);
    },
  );
}

it("has something to count", () => {
  const groups = (words: string) => usage.expected[QUESTIONS.findIndex((one) => wordsOf(one) === words)];
  expect(groups("by agent UTC")?.size).toBe(50);
  expect(groups("by day Asia/Shanghai")?.size).toBe(60);
  const all = groups("by nothing UTC")?.get("[]");
  for (const count of [all?.errors, all?.unpricedRecords, all?.suspectRecords])
    expect(count).toBeGreaterThan(100);
  expect(all?.lowerBoundPicousd).toBeLessThan(all?.totalPicousd ?? 0n);
});

describe("the embedded store", () =>
  compareWith("store", async () => {
    expect(await usage.ship("store")).toEqual({ exitCode: 0, stderr: "" });
    return usage.open("store", "local");
  }));

describe("the audit files", () => compareWith("files", () => usage.open("store", "audit-dir")));

/** Ships to a search server, and removes there what was shipped. */
function compareSearch(
  name: string,
  type: "opensearch" | "elasticsearch",
  start: () => Promise<{ readonly url: string; stop(): Promise<void> }>,
): void {
  const prefix = `scale-${randomUUID().slice(0, 8)}`;
  let running: Awaited<ReturnType<typeof start>>;
  compareWith(name, async () => {
    running = await start();
    const sink = { type, endpoints: [running.url], index: `${prefix}-{yyyy.MM.dd}` };
    expect(await usage.ship(type, sink)).toEqual({ exitCode: 0, stderr: "" });
    await searchServer(running.url).request("POST", `/${prefix}-*/_refresh`);
    return usage.open(type, type);
  });
  afterAll(async () => {
    const server = searchServer(running.url);
    await server.request("DELETE", `/${prefix}-*`);
    await server.request("DELETE", `/_index_template/${prefix}*`);
    await running.stop();
  });
}

const { url } = inject("openSearch");

describe.skipIf(url === undefined)("OpenSearch", () =>
  compareSearch("OpenSearch", "opensearch", async () => ({ url: url ?? "", stop: async () => undefined })),
);

const [newest] = (await elasticsearchTargets()).slice(-1);

describe.skipIf(newest === undefined)("Elasticsearch", () =>
  compareSearch("Elasticsearch", "elasticsearch", async () => {
    if (newest === undefined) throw new Error("there is no Elasticsearch");
    return newest.start({ name: "scale" });
  }),
);
