/**
 * Goal: however rows come in, in batches, with crashes within transactions, with replays, the store counts each
 * once.
 * Method: random rows, cut at random; every delivery may crash at one of its statements (the store is closed
 * and opened again), be repeated, or go back to an older offset. The oracle adds up the rows by itself.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { RouteGroup } from "../../src/record/record.ts";
import { TIME_MAX_MS, TIME_MIN_MS } from "../../src/store/bucket-query.ts";
import { BucketReader } from "../../src/store/bucket-reader.ts";
import { openStore } from "../../src/store/open.ts";
import { HOUR } from "../../src/store/pages.ts";
import type { StoreRow } from "../../src/store/row.ts";
import type { Store } from "../../src/store/store.ts";
import { silentLog } from "../../src/system/log.ts";
import { fc, runs } from "../support/properties.ts";
import { bucketsIn, pagesIn } from "../unit/store/sample-pages.ts";
import { checkpoint, NOON_MS, requestRow, usageRow } from "../unit/store/sample-rows.ts";

const LINE_BYTES = 10;

const rowArbitrary = fc
  .record({
    isUsage: fc.boolean(),
    agentId: fc.constantFrom("a", "b", "", null),
    routeGroup: fc.constantFrom<RouteGroup>("memory_create", "memory_search"),
    status: fc.constantFrom(200, 404, null),
    quarters: fc.integer({ min: -100, max: 100 }),
    picousd: fc.bigInt({ min: 0n, max: 2n ** 56n }),
    tokens: fc.nat(),
  })
  .map(({ isUsage, quarters, picousd, tokens, agentId, routeGroup, status }): StoreRow => {
    const common = { agentId, routeGroup, timestampMs: NOON_MS + quarters * 900_000 };
    if (!isUsage) return requestRow({ ...common, status });
    return usageRow(common, { totalPicousd: picousd, inputTokens: tokens, calls: 1 });
  });

/** One attempt: how many lines from where, and at which step the process dies, if it does. */
const stepArbitrary = fc.record({
  lines: fc.integer({ min: 0, max: 8 }),
  linesBack: fc.integer({ min: 0, max: 5 }),
  dies: fc.constantFrom("no", "no", "bucket", "page", "record", "checkpoint"),
});

const FAULTS: Readonly<Record<string, string>> = {
  bucket: "usage_bucket",
  page: "usage_page",
  record: "record",
  checkpoint: "source_file",
};

function withFault(store: Store, dies: string, work: () => void): boolean {
  const table = FAULTS[dies];
  if (table === undefined) {
    work();
    return false;
  }
  store.database.execute(
    `CREATE TEMP TRIGGER fault BEFORE INSERT ON main.${table} BEGIN SELECT RAISE(ABORT, 'killed'); END`,
  );
  try {
    work();
    return false;
  } catch (error) {
    expect(String(error)).toContain("killed");
    return true;
  } finally {
    store.database.execute("DROP TRIGGER fault");
  }
}

interface Counted {
  readonly requests: number;
  readonly errors: number;
  readonly inputTokens: number;
  readonly totalPicousd: bigint;
}

function expected(rows: readonly StoreRow[]): Map<string, Counted> {
  const groups = new Map<string, Counted>();
  for (const { agentId, routeGroup, status, kind, cost } of rows) {
    const key = JSON.stringify([agentId, routeGroup, status]);
    const before = groups.get(key) ?? { requests: 0, errors: 0, inputTokens: 0, totalPicousd: 0n };
    groups.set(key, {
      requests: before.requests + (kind === "request" ? 1 : 0),
      errors: before.errors + (kind === "request" && status === 404 ? 1 : 0),
      inputTokens: before.inputTokens + (cost?.inputTokens ?? 0),
      totalPicousd: before.totalPicousd + (cost?.totalPicousd ?? 0n),
    });
  }
  return groups;
}

function counted(store: Store): Map<string, Counted> {
  const everything = { fromMs: TIME_MIN_MS, untilMs: TIME_MAX_MS, includesSystem: true, filters: {} };
  const groups = new Map<string, Counted>();
  for (const { values, sums } of new BucketReader(store.database).sums(everything, [
    "agent",
    "routeGroup",
    "status",
  ])) {
    const key = JSON.stringify([values.agent, values.routeGroup, values.status]);
    const before = groups.get(key) ?? { requests: 0, errors: 0, inputTokens: 0, totalPicousd: 0n };
    groups.set(key, {
      requests: before.requests + sums.requests,
      errors: before.errors + sums.errors,
      inputTokens: before.inputTokens + sums.inputTokens,
      totalPicousd: before.totalPicousd + sums.totalPicousd,
    });
  }
  return groups;
}

test("any batches, crashes and replays of the same rows give the same sums", () => {
  let crashes = 0;
  let replays = 0;
  fc.assert(
    fc.property(
      fc.array(rowArbitrary, { minLength: 1, maxLength: 40 }),
      fc.array(stepArbitrary, { maxLength: 25 }),
      fc.boolean(),
      (unplaced, steps, reopensAfterCrash) => {
        const directory = mkdtempSync(join(tmpdir(), "store-property-"));
        const path = join(directory, "store.db");
        const options = { keepsRecords: true, log: silentLog };
        let { store } = openStore(path, options);
        try {
          const rows = unplaced.map((row, index) => ({ ...row, offset: index * LINE_BYTES }));
          const committedLines = () => (store.checkpoints()[0]?.offset ?? 0) / LINE_BYTES;
          const commit = (start: number, end: number) =>
            store.commit({
              startOffset: start * LINE_BYTES,
              end: checkpoint(end * LINE_BYTES),
              rows: rows.slice(start, end),
            });
          for (const { lines, linesBack, dies } of steps) {
            const start = Math.max(0, committedLines() - linesBack);
            const end = Math.min(rows.length, start + lines);
            if (end === start) continue;
            if (start < committedLines()) replays += 1;
            const died = withFault(store, dies, () => commit(start, end));
            if (!died) continue;
            crashes += 1;
            if (!reopensAfterCrash) continue;
            store.close();
            store = openStore(path, options).store;
          }
          commit(committedLines(), rows.length);
          commit(0, rows.length);
          expect(counted(store)).toEqual(expected(rows));
          expect(pagesIn(store.database, HOUR)).toEqual(bucketsIn(store.database));
          const stored = store.database.prepare("SELECT COUNT(*) AS n FROM record").all([]);
          expect(stored).toEqual([{ n: BigInt(rows.length) }]);
        } finally {
          store.close();
          rmSync(directory, { recursive: true, force: true });
        }
      },
    ),
    runs(100),
  );
  // Not vacuous: the faults and the replays did happen.
  expect(crashes).toBeGreaterThan(20);
  expect(replays).toBeGreaterThan(20);
});
