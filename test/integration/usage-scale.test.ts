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
import { type DatabaseServer, databaseIfPossible } from "../support/servers/local-server.ts";
import { startMariaDb } from "../support/servers/mariadb.ts";
import { startPostgres } from "../support/servers/postgres.ts";
import { searchServer } from "../support/servers/search-requests.ts";
import { makeDatabase, type SqlDatabase, type SqlType } from "../support/sql-places.ts";
import { SCALE } from "../torture/scale.ts";
import { answerOf, QUESTIONS, UsageAtScale, wordsOf } from "./usage-scale.ts";

const SHIPPING_MS_MAX = 30 * 60_000;
const WARM_UP = { by: [], zone: "UTC", includesSystem: true, filters: {} };

let usage: UsageAtScale;
beforeAll(() => {
  usage = new UsageAtScale(SCALE.usageLines, SCALE.seed);
}, SHIPPING_MS_MAX);
afterAll(() => usage.remove());

/** Declares one test for each question; they skip if there is nothing to open. */
function compareWith(name: string, open: () => Promise<UsageSource | undefined>): void {
  const times: { readonly ms: number; readonly words: string }[] = [];
  let source: UsageSource | undefined;
  beforeAll(async () => {
    source = await open();
    if (source !== undefined) await answerOf(source, WARM_UP);
  }, SHIPPING_MS_MAX);
  afterAll(async () => {
    await source?.close();
    const sorted = times.toSorted((one, other) => one.ms - other.ms);
    const [median, slowest] = [sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
    console.info(
      `${name}: ${SCALE.usageLines} lines, ${times.length} answers, median ${median?.ms.toFixed(0)} ms, slowest ${slowest?.ms.toFixed(0)} ms (${slowest?.words})`,
    );
  });

  it.for(QUESTIONS.map((question, index) => ({ words: wordsOf(question), question, index })))(
    "usage $words",
    async ({ words, question, index }, { skip }) => {
      if (source === undefined) return skip();
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

/** Ships to a database server that is started for this. */
function compareSql(name: string, type: SqlType, start: () => Promise<DatabaseServer>): void {
  let server: DatabaseServer | undefined;
  let database: SqlDatabase | undefined;
  compareWith(name, async () => {
    server = await databaseIfPossible(name, start);
    if (server === undefined) return undefined;
    database = await makeDatabase(type, server);
    expect(await usage.ship(type, { type, ...database.configuration })).toEqual({ exitCode: 0, stderr: "" });
    return usage.open(type, type);
  });
  afterAll(async () => {
    await database?.remove();
    await server?.stop();
  });
}

describe("PostgreSQL", () => compareSql("PostgreSQL", "postgres", startPostgres));
describe("MariaDB", () => compareSql("MariaDB", "mysql", startMariaDb));
