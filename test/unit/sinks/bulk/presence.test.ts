/**
 * Goal: a search server is asked so that what it acknowledged is seen: plain indices by id, all else by a search.
 * Method: a transport that answers by the request's path.
 */
import { describe, expect, test } from "vitest";
import type { Answer, NoAnswer, SearchRequest } from "../../../../src/sinks/bulk/answer.ts";
import { parseIndexName } from "../../../../src/sinks/bulk/index-name.ts";
import { SearchPresence, type SearchPresenceSettings } from "../../../../src/sinks/bulk/presence.ts";
import { generationOf } from "../../../support/documents.ts";
import { answerOf } from "../../../support/recorded-answers.ts";
import { scriptedTransport, UNREACHABLE } from "../../../support/scripted-transport.ts";
import { VirtualClock } from "../../../support/virtual-clock.ts";

const signal = new AbortController().signal;
const generation = generationOf("audit-2026-04-03.jsonl", ["{}"]);
const withoutDay = generationOf("audit.jsonl", ["{}"]);
const NOON_MS = Date.UTC(2026, 3, 5, 12);
const LINES = [0, 10, 20].map((offset) => ({ offset, timestampMs: NOON_MS }));
const MISSING_INDEX = { error: { type: "index_not_found_exception", reason: "no such index" } };

interface Script {
  /** Offsets that are there; one that is there twice is named twice. */
  readonly there: readonly number[];
  readonly answers?: Readonly<Record<string, Answer | NoAnswer>>;
  readonly settings?: Partial<SearchPresenceSettings>;
  readonly of?: typeof generation;
}

function presenceWith({ there, answers = {}, settings = {}, of = generation }: Script) {
  const clock = new VirtualClock();
  const idAt = (offset: number) => `${of.id}-${offset}`;
  const transport = scriptedTransport((request: SearchRequest) => {
    const endpoint = request.path.split("/").at(-1) ?? "";
    const scripted = answers[endpoint];
    if (scripted !== undefined) return scripted;
    const body = JSON.parse(request.body?.toString() ?? "{}");
    if (endpoint === "_mget") {
      const docs = body.ids.map((_id: string) => ({ _id, found: there.map(idAt).includes(_id) }));
      return answerOf(200, { docs });
    }
    const sought: string[] = body.query?.ids?.values ?? body.query?.terms["event.id"] ?? [];
    const hits = there
      .map(idAt)
      .filter((id) => sought.includes(id))
      .map((id) => ({ _id: id, _source: { event: { id } } }));
    return answerOf(200, { timed_out: false, _shards: { failed: 0 }, hits: { hits } });
  });
  const index = parseIndexName("logs-{yyyy.MM.dd}");
  const presence = new SearchPresence(
    { index, dataStream: false, documentIds: true, indexRetentionMs: undefined, ...settings },
    transport,
    clock,
  );
  return { presence, clock, paths: () => transport.requests.map(({ path }) => path), transport };
}

describe("a plain index", () => {
  test("is asked by ids, for the day of the file", async () => {
    const { presence, paths, transport } = presenceWith({ there: [0, 20] });
    expect(await presence.copies(generation, LINES, signal)).toEqual([1, 0, 1]);
    expect(paths()).toEqual(["/logs-2026.04.03/_mget"]);
    expect(transport.requests[0]?.query).toMatchObject({ _source: "false" });
  });

  test("of a file without a day is that of each record", async () => {
    const { presence, paths } = presenceWith({ there: [0, 10], of: withoutDay });
    const lines = [
      { offset: 0, timestampMs: NOON_MS },
      { offset: 10, timestampMs: NOON_MS + 86_400_000 },
    ];
    expect(await presence.copies(withoutDay, lines, signal)).toEqual([1, 1]);
    expect(paths()).toEqual(["/logs-2026.04.05/_mget", "/logs-2026.04.06/_mget"]);
  });

  test("that is gone holds nothing", async () => {
    const docs = LINES.map(({ offset }) => ({ _id: `x-${offset}`, ...MISSING_INDEX }));
    const { presence } = presenceWith({ there: [], answers: { _mget: answerOf(200, { docs }) } });
    expect(await presence.copies(generation, LINES, signal)).toEqual([0, 0, 0]);
  });

  test("that is an alias of several is searched", async () => {
    const docs = [{ _id: "x", error: { type: "illegal_argument_exception" } }];
    const answers = { _mget: answerOf(200, { docs }) };
    const { presence, paths } = presenceWith({ there: [0, 10, 10], answers });
    expect(await presence.copies(generation, LINES, signal)).toEqual([1, 2, 0]);
    await presence.copies(generation, LINES, signal);
    const searched = "/logs-2026.04.03/_search";
    expect(paths().slice(1)).toEqual(["/logs-2026.04.03/_refresh", searched, searched]);
  });
});

describe("what is no plain index", () => {
  test.each([
    ["a data stream", { dataStream: true, index: parseIndexName("logs") }],
    ["a name without a day", { index: parseIndexName("logs") }],
    ["documents that only carry their ids", { documentIds: false }],
  ])("is searched: %s", async (_, settings) => {
    const { presence, paths } = presenceWith({ there: [0, 0, 20], settings });
    expect(await presence.copies(generation, LINES, signal)).toEqual([2, 0, 1]);
    expect(paths().map((path) => path.split("/").at(-1))).toEqual(["_refresh", "_search"]);
  });

  test("is waited for where a refresh is not allowed, once", async () => {
    const settings = { index: parseIndexName("logs") };
    const answers = { _refresh: answerOf(403) };
    const { presence, clock, paths } = presenceWith({ there: [0], settings, answers });
    let isOver = false;
    const asking = presence.copies(generation, LINES, signal).finally(() => {
      isOver = true;
    });
    const startMs = clock.monotonicMs();
    await clock.runUntil(() => isOver, "an answer");
    expect(await asking).toEqual([1, 0, 0]);
    expect(clock.monotonicMs() - startMs).toBeGreaterThanOrEqual(15_000);
    await presence.copies(generation, LINES, signal);
    expect(paths().filter((path) => path.endsWith("_refresh"))).toHaveLength(1);
  });

  test("is asked in smaller parts where the answer may have been cut", async () => {
    const settings = { index: parseIndexName("logs") };
    const there = [...Array.from({ length: 10_000 }, () => 0), 10];
    const { presence, paths } = presenceWith({ there, settings });
    expect(await presence.copies(generation, LINES, signal)).toEqual([10_000, 1, 0]);
    expect(paths().filter((path) => path.endsWith("_search"))).toHaveLength(3);
  });

  test("that does not exist holds nothing", async () => {
    const answers = { _search: answerOf(404, MISSING_INDEX), _refresh: answerOf(404, MISSING_INDEX) };
    const { presence } = presenceWith({ there: [], settings: { index: parseIndexName("logs") }, answers });
    expect(await presence.copies(generation, LINES, signal)).toEqual([0, 0, 0]);
  });

  test("is not believed in parts", async () => {
    const answers = { _search: answerOf(200, { timed_out: false, _shards: { failed: 1 } }) };
    const { presence } = presenceWith({ there: [], settings: { index: parseIndexName("logs") }, answers });
    await expect(presence.copies(generation, LINES, signal)).rejects.toMatchObject({
      ...{ isPassing: true, message: "the server answered for a part of logs only" },
    });
  });
});

describe("a server that does not answer the question", () => {
  test.each([
    ["cannot be reached", UNREACHABLE, true, /ECONNREFUSED/],
    ["is busy", answerOf(503), true, /503/],
    ["does not let us read", answerOf(403), false, /give this user the right to read/],
    ["does not know us", answerOf(401), false, /401/],
  ])("%s", async (_, answer, isPassing, message) => {
    const { presence } = presenceWith({ there: [], answers: { _mget: answer } });
    const fault = await presence.copies(generation, LINES, signal).catch((error: unknown) => error);
    expect(fault).toMatchObject({ isPassing, message: expect.stringMatching(message) });
  });
});

test("an index lives for as long as setup says, and is up to a day older than its lines", async () => {
  const retention = (indexRetentionMs: number | undefined) =>
    presenceWith({ there: [], settings: { indexRetentionMs } }).presence.retentionMs();
  expect(await retention(undefined)).toBeUndefined();
  expect(await retention(30 * 86_400_000)).toBe(29 * 86_400_000);
});
