/**
 * Goal: sums are the same whether they come from pages of days, of hours, or from buckets whose pages are stale.
 * Method: tables in memory with rows at the edges of hours, days and zones; every answer before and after pages are made,
 * and in between. Expected is what the rows add up to.
 */
import { describe, expect, test } from "vitest";
import { BucketReader } from "../../../../src/sinks/sql/bucket-reader.ts";
import { PageMaker } from "../../../../src/sinks/sql/page-maker.ts";
import { SumsWriter } from "../../../../src/sinks/sql/sums-writer.ts";
import { sumRows } from "../../../../src/store/bucket.ts";
import { type BucketSelection, TIME_MAX_MS, TIME_MIN_MS } from "../../../../src/store/bucket-query.ts";
import { dayName, TimeZone } from "../../../../src/usage/time-zone.ts";
import { requestRow, usageRow } from "../../store/sample-rows.ts";
import { dialect } from "./scripted-connection.ts";
import { type SqliteConnection, withTables } from "./sqlite-connection.ts";

const EVERYTHING: BucketSelection = {
  fromMs: TIME_MIN_MS,
  untilMs: TIME_MAX_MS,
  includesSystem: true,
  filters: {},
};
const QUARTER_MS = 900_000;
const at = (text: string) => Date.parse(`${text}Z`);
/** The epoch, where lines without a time go, and moments around midnights, a change of the clock, and a gap of weeks. */
const MOMENTS = [
  "1970-01-01T00:00",
  "2026-10-24T18:14",
  "2026-10-24T21:45",
  "2026-10-24T22:00",
  "2026-10-25T00:59",
  "2026-10-25T22:45",
  "2026-10-25T23:00",
  "2026-10-31T23:59",
  "2026-12-01T00:00",
].map(at);
const ROWS = MOMENTS.flatMap((timestampMs, index) => [
  requestRow({ timestampMs, agentId: index % 2 === 0 ? "even" : "odd" }),
  usageRow({ timestampMs, agentId: "even" }),
]);

async function sumsOf(
  connection: SqliteConnection,
  changes: Partial<BucketSelection> = {},
  zoneName?: string,
): Promise<Record<string, string>> {
  const zone = zoneName === undefined ? undefined : TimeZone.find(zoneName);
  const reader = new BucketReader(dialect.statements);
  const groups = await reader.sums(connection, { ...EVERYTHING, ...changes }, ["agent"], zone);
  return Object.fromEntries(
    groups.map(({ values, day, sums }) => [
      `${day === undefined ? "" : `${dayName(day)} `}${values.agent}`,
      `${sums.requests} ${sums.usageRecords} ${sums.totalPicousd}`,
    ]),
  );
}

/** The same from the rows themselves. */
function expectedOf({ fromMs, untilMs }: Partial<BucketSelection> = {}, zoneName?: string) {
  const zone = zoneName === undefined ? undefined : TimeZone.find(zoneName);
  const found = new Map<string, { requests: number; usage: number; picousd: bigint }>();
  for (const { timestampMs, agentId, kind, cost } of ROWS) {
    const startMs = timestampMs - (timestampMs % QUARTER_MS);
    if (startMs < (fromMs ?? TIME_MIN_MS) || startMs >= (untilMs ?? TIME_MAX_MS)) continue;
    const name = `${zone === undefined ? "" : `${dayName(zone.dayOf(startMs))} `}${agentId}`;
    const sums = found.get(name) ?? { requests: 0, usage: 0, picousd: 0n };
    sums.requests += kind === "request" ? 1 : 0;
    sums.usage += cost === undefined ? 0 : 1;
    sums.picousd += cost?.totalPicousd ?? 0n;
    found.set(name, sums);
  }
  return Object.fromEntries(
    [...found].map(([name, { requests, usage, picousd }]) => [name, `${requests} ${usage} ${picousd}`]),
  );
}

const STATES: readonly (readonly [string, (connection: SqliteConnection) => Promise<void>])[] = [
  ["only buckets", async () => undefined],
  ["some pages", (connection) => new PageMaker(dialect).makeSome(connection, at("2026-10-26T00:00"), 4)],
  ["all hours", (connection) => new PageMaker(dialect).makeSome(connection, TIME_MAX_MS, 9)],
  ["all pages", (connection) => new PageMaker(dialect).makeSome(connection, TIME_MAX_MS, 100)],
];

describe.each(STATES)("with %s", (_name, prepare) => {
  const withRows = (work: (connection: SqliteConnection) => Promise<void>) =>
    withTables(async (connection) => {
      await new SumsWriter(dialect).add(connection, sumRows(ROWS));
      await prepare(connection);
      await work(connection);
    });

  test("everything adds up", () =>
    withRows(async (connection) => expect(await sumsOf(connection)).toEqual(expectedOf())));

  test.each(["UTC", "Europe/Berlin", "Asia/Shanghai", "Asia/Kathmandu", "America/New_York"])(
    "days of %s add up",
    (zone) =>
      withRows(async (connection) =>
        expect(await sumsOf(connection, {}, zone)).toEqual(expectedOf({}, zone)),
      ),
  );

  test.each([
    ["2026-10-24T18:00", "2026-10-24T18:15"],
    ["2026-10-24T18:15", "2026-10-25T23:00"],
    ["2026-10-24T00:00", "2026-10-26T00:00"],
    ["2026-10-24T21:50", "2026-12-01T00:10"],
    ["2027-01-01T00:00", "2028-01-01T00:00"],
  ])("a period adds up: %s to %s", (from, until) =>
    withRows(async (connection) => {
      const period = { fromMs: at(from), untilMs: at(until) };
      expect(await sumsOf(connection, period)).toEqual(expectedOf(period));
      expect(await sumsOf(connection, period, "Asia/Kathmandu")).toEqual(
        expectedOf(period, "Asia/Kathmandu"),
      );
    }),
  );

  test("the first and the last bucket are found", () =>
    withRows(async (connection) => {
      const reader = new BucketReader(dialect.statements);
      const span = (changes: Partial<BucketSelection>) =>
        reader.span(connection, { ...EVERYTHING, ...changes });
      expect(await span({})).toEqual({ firstMs: 0, lastMs: at("2026-12-01T00:00") });
      expect(await span({ filters: { agent: "odd" } })).toEqual({
        firstMs: at("2026-10-24T18:00"),
        lastMs: at("2026-10-31T23:45"),
      });
      expect(await span({ fromMs: at("2026-10-24T22:00"), untilMs: at("2026-10-25T23:00") })).toEqual({
        firstMs: at("2026-10-24T22:00"),
        lastMs: at("2026-10-25T22:45"),
      });
      expect(await span({ filters: { agent: "nobody" } })).toBeUndefined();
    }));
});

test("keys that come later are known to a reader that is kept", () =>
  withTables(async (connection) => {
    const reader = new BucketReader(dialect.statements);
    const writer = new SumsWriter(dialect);
    for (const agentId of ["a", "b"]) {
      await writer.add(connection, sumRows([requestRow({ agentId })]));
      await new PageMaker(dialect).makeSome(connection, TIME_MAX_MS, 9);
    }
    const groups = await reader.sums(connection, EVERYTHING, ["agent"]);
    expect(groups.map(({ values }) => values.agent).sort()).toEqual(["a", "b"]);
    await writer.add(connection, sumRows([requestRow({ agentId: "c" })]));
    expect(await reader.sums(connection, EVERYTHING, ["agent"])).toHaveLength(3);
  }));
