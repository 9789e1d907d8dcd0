/**
 * Goal: the slowest requests, the same from the store and from the files.
 * Method: the same records by both ways, compared with what is plain to see.
 */

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { AuditRecord } from "../../../src/record/record.ts";
import { routeOf } from "../../../src/record/route.ts";
import type { StoreRow } from "../../../src/store/row.ts";
import { type SlowestQuestion, slowestAnswer, type TimedDocument } from "../../../src/usage/slowest.ts";
import { StoreUsage } from "../../../src/usage/store-source.ts";
import { dayNumber, TimeZone } from "../../../src/usage/time-zone.ts";
import { fc, runs } from "../../support/properties.ts";
import { requestRow } from "../store/sample-rows.ts";
import { makeSampleStore, type SampleStore } from "../store/sample-store.ts";

let sample: SampleStore;
beforeEach(() => {
  sample = makeSampleStore();
});
afterEach(() => sample.remove());

const TS = "2026-11-21T01:34:55.495655+00:00";
const question: SlowestQuestion = {
  period: { since: undefined, until: undefined },
  zone: TimeZone.find("UTC") as TimeZone,
  includesSystem: false,
  limit: 5,
};

function record(elapsedMs: unknown, changes: AuditRecord = {}): TimedDocument {
  const members = {
    ts: TS,
    path: "/memory/add",
    status: 200,
    elapsed_ms: elapsedMs,
    agent_id: "a",
    user_id: "u",
  };
  return {
    record: { ...members, ...changes },
    attributed: undefined,
    kind: "request",
    route: routeOf("POST", changes["path"] ?? "/memory/add"),
    timestamp: TS,
    timestampMs: Date.parse(String(changes["ts"] ?? TS)),
  };
}

async function* each(records: readonly TimedDocument[]): AsyncIterable<TimedDocument> {
  yield* records;
}

function rowOfRecord({ record: members, kind, route, timestampMs }: TimedDocument): StoreRow {
  const elapsed = members["elapsed_ms"];
  const text = (name: string) => (typeof members[name] === "string" ? String(members[name]) : null);
  return requestRow({
    kind,
    routeGroup: route.group,
    timestampMs,
    elapsedMs: typeof elapsed === "number" ? elapsed : null,
    agentId: text("agent_id"),
    userId: text("user_id"),
    organizationId: text("organization_id"),
    apiKeyHash: text("api_key_hash"),
    apiKeyAlias: text("api_key_alias"),
    line: Buffer.from(JSON.stringify(members)),
  });
}

function fromStore(records: readonly TimedDocument[], asked = question) {
  sample.put(records.map(rowOfRecord));
  return slowestAnswer(new StoreUsage(sample.store.database), asked);
}

function fromFiles(records: readonly TimedDocument[], asked = question) {
  return slowestAnswer(new StoreUsage(sample.store.database, () => each(records)), asked);
}

describe.each([
  ["the store", fromStore],
  ["the files", fromFiles],
])("from %s", (_where, slowest) => {
  test("the slowest come first, no more than asked for, with the record's own values", async () => {
    const { rows } = await slowest(
      [
        record(5),
        record(700, { path: "/memory/0af3" }),
        record(20.5),
        record(700, { ts: "2026-11-22T00:00:00Z" }),
      ],
      { ...question, limit: 3 },
    );
    expect(rows).toEqual([
      { path: "/memory/0af3", elapsed_ms: 700, agent_id: "a", user_id: "u", status: 200, ts: TS },
      {
        path: "/memory/add",
        elapsed_ms: 700,
        agent_id: "a",
        user_id: "u",
        status: 200,
        ts: "2026-11-22T00:00:00Z",
      },
      { path: "/memory/add", elapsed_ms: 20.5, agent_id: "a", user_id: "u", status: 200, ts: TS },
    ]);
  });

  test("what is no request, has no duration, or belongs to the system is left out", async () => {
    const others = [
      record("900"),
      { ...record(900), kind: "unknown" as const },
      record(900, { path: "/health" }),
    ];
    expect((await slowest([record(1), ...others])).rows.map((row) => row.elapsed_ms)).toEqual([1]);
    const all = await slowest(others, { ...question, includesSystem: true, limit: 1 });
    expect(all.rows.map((row) => row.path)).toEqual(["/health"]);
  });

  test("of equals the earliest come first, wherever they stand", async () => {
    const times = ["2026-11-21T03:00:00Z", "2026-11-21T01:00:00Z", "2026-11-21T02:00:00Z"];
    const records = times.map((ts) => record(7, { ts }));
    const { rows } = await slowest(records, { ...question, limit: 2 });
    expect(rows.map((row) => row.ts)).toEqual([times[1], times[2]]);
  });

  test("a period limits the answer", async () => {
    const day = dayNumber("2026-11-21");
    const records = [
      record(1),
      record(2, { ts: "2026-11-20T23:59:59Z" }),
      record(3, { ts: "2026-11-22T00:00:00Z" }),
    ];
    const { rows } = await slowest(records, { ...question, period: { since: day, until: day } });
    expect(rows.map((row) => row.elapsed_ms)).toEqual([1]);
  });

  test.each([
    [{ agent: "b" }, [2]],
    [{ user: "v" }, [3]],
    [{ organization: "acme" }, [4]],
    [{ key: "ci" }, [5]],
    [{ key: "ff00" }, [6, 5]],
    [{ key: "ff00", agent: "b" }, []],
    [{ route: "memory_search" }, [7]],
    [{ model: "haiku" }, []],
  ])("the filters %j let pass %j", async (filters, expected) => {
    const records = [
      record(1),
      record(2, { agent_id: "b" }),
      record(3, { user_id: "v" }),
      record(4, { organization_id: "acme" }),
      record(5, { api_key_alias: "ci", api_key_hash: "ff00" }),
      record(6, { api_key_hash: "ff00" }),
      record(7, { path: "/memory/search" }),
    ];
    const { rows } = await slowest(records, { ...question, filters });
    expect(rows.map((row) => row.elapsed_ms)).toEqual(expected);
  });

  test("members that are missing or of another type are null", async () => {
    const { rows } = await slowest([
      record(1, { path: 7, agent_id: null, user_id: undefined, status: "200" }),
    ]);
    expect(rows[0]).toMatchObject({ path: null, agent_id: null, user_id: null, status: null });
  });
});

test("both agree on any records, bounds and limits", async () => {
  const minute = 60_000;
  const startMs = Date.parse("2026-11-19T00:00:00Z");
  const records = fc.array(
    fc.record({
      elapsedMs: fc.oneof(fc.nat(4), fc.constantFrom(-1, 0.5, 2.5, 1e13)),
      minutes: fc.nat(3 * 24 * 60),
      agent_id: fc.constantFrom("a", "b", null),
      path: fc.constantFrom("/memory/add", "/memory/search", "/health"),
    }),
    { maxLength: 40 },
  );
  const asked = fc.record({
    zone: fc.constantFrom("UTC", "Asia/Kathmandu").map((name) => TimeZone.find(name) as TimeZone),
    since: fc.option(fc.nat(3), { nil: undefined }),
    until: fc.option(fc.nat(3), { nil: undefined }),
    includesSystem: fc.boolean(),
    filters: fc.constantFrom({}, { agent: "b" }, { route: "memory_search" }),
    limit: fc.integer({ min: 1, max: 12 }),
  });
  const first = dayNumber("2026-11-19") ?? 0;
  await fc.assert(
    fc.asyncProperty(records, asked, async (drawn, { since, until, ...rest }) => {
      const store = makeSampleStore();
      try {
        const period = {
          since: since === undefined ? since : first + since,
          until: until === undefined ? until : first + until,
        };
        const wanted = { ...rest, period };
        // The store does not know the order of lines, so no two have the same time.
        const documents = [...new Map(drawn.map((one) => [one.minutes, one])).values()].map(
          ({ elapsedMs, minutes, ...members }) =>
            record(elapsedMs, { ...members, ts: new Date(startMs + minutes * minute).toISOString() }),
        );
        const rows = documents.map(rowOfRecord);
        store.put(rows);
        const expected = await fromFiles(documents, wanted);
        expect(await slowestAnswer(new StoreUsage(store.store.database), wanted)).toEqual(expected);
      } finally {
        store.remove();
      }
    }),
    runs(40),
  );
});
