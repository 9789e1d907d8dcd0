/**
 * Goal: `usage --json` answers to the letter, with exact sums, in every zone.
 * Method: a real database; hand-made rows, whose sums are plain to see.
 */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { toUsageAnswer, type UsageQuestion, usageReport } from "../../../src/usage/answer.ts";
import { StoreUsage } from "../../../src/usage/store-source.ts";
import { dayNumber, TimeZone } from "../../../src/usage/time-zone.ts";
import { requestRow, usageRow } from "../store/sample-rows.ts";
import { makeSampleStore, type SampleStore } from "../store/sample-store.ts";

let sample: SampleStore;
beforeEach(() => {
  sample = makeSampleStore();
});
afterEach(() => sample.remove());

const zone = (name: string) => TimeZone.find(name) as TimeZone;
const at = (time: string) => ({ timestampMs: Date.parse(time) });

async function ask(changes: Partial<UsageQuestion> = {}) {
  const question: UsageQuestion = {
    period: { since: undefined, until: undefined },
    zone: zone("UTC"),
    today: dayNumber("2026-11-21") ?? 0,
    by: [],
    includesSystem: false,
    ...changes,
  };
  return toUsageAnswer(await usageReport(new StoreUsage(sample.store.database), question));
}

const rowsBy = async (...by: UsageQuestion["by"]) => (await ask({ by })).rows;

describe("toUsageAnswer", () => {
  test("has exactly the members of the contract", async () => {
    sample.put([requestRow(), requestRow({ status: 500 }), usageRow()]);
    expect(await ask({ by: ["agent", "route"] })).toEqual({
      range: { start: "2026-11-21", end: "2026-11-21" },
      tz: "UTC",
      by: ["agent", "route"],
      rows: [
        {
          agent: "dev",
          route: "memory_create",
          requests: 2,
          errors: 1,
          error_rate: 0.5,
          llm_calls: 2,
          input_tokens: 42_256,
          output_tokens: 38_000,
          total_tokens: 80_256,
          embedding_calls: 0,
          total_usd: "0.1858048",
          unpriced_records: 0,
          suspect_records: 0,
        },
      ],
      totals: {
        requests: 2,
        errors: 1,
        error_rate: 0.5,
        llm_calls: 2,
        input_tokens: 42_256,
        output_tokens: 38_000,
        total_tokens: 80_256,
        embedding_calls: 0,
        total_usd: "0.1858048",
        unpriced_records: 0,
        suspect_records: 0,
      },
    });
  });

  test("is empty without data", async () => {
    expect(await ask()).toMatchObject({
      range: { start: null, end: null },
      rows: [],
      totals: { requests: 0, total_usd: "0" },
    });
  });

  test("names every dimension, and null where there is none", async () => {
    sample.put([requestRow({ agentId: null, userId: null, urlTemplate: null, status: null })]);
    expect(
      (
        await rowsBy(
          "day",
          "agent",
          "user",
          "path",
          "route",
          "model",
          "category",
          "organization",
          "key",
          "status",
        )
      )[0],
    ).toMatchObject({
      day: "2026-11-21",
      agent: null,
      user: null,
      path: null,
      route: "memory_create",
      model: null,
      category: null,
      organization: null,
      key: null,
      status: null,
    });
  });

  test("keeps the producer's unknown agent apart from none", async () => {
    sample.put([requestRow({ agentId: "-" }), requestRow({ agentId: null })]);
    expect((await rowsBy("agent")).map(({ agent }) => agent).sort()).toEqual(["-", null]);
  });

  test("leaves the system's routes out unless all are wanted", async () => {
    sample.put([requestRow(), requestRow({ routeGroup: "system", urlTemplate: "/health", status: 500 })]);
    expect((await ask()).totals).toMatchObject({ requests: 1, errors: 0 });
    expect((await ask({ includesSystem: true })).totals).toMatchObject({ requests: 2, errors: 1 });
  });

  test("sorts by cost, then by requests, then by name", async () => {
    sample.put([
      requestRow({ agentId: "busy" }),
      requestRow({ agentId: "busy" }),
      requestRow({ agentId: "b" }),
      requestRow({ agentId: "a" }),
      usageRow({ agentId: "dear" }),
    ]);
    expect((await rowsBy("agent")).map(({ agent }) => agent)).toEqual(["dear", "busy", "a", "b"]);
  });

  test("sorts days first, wherever they stand in the question", async () => {
    sample.put([
      usageRow({ ...at("2026-11-21T10:00:00Z"), agentId: "a" }),
      requestRow({ ...at("2026-11-20T10:00:00Z"), agentId: "a" }),
      usageRow({ ...at("2026-11-20T10:00:00Z"), agentId: "b" }),
    ]);
    expect((await rowsBy("agent", "day")).map(({ day, agent }) => [day, agent])).toEqual([
      ["2026-11-20", "b"],
      ["2026-11-20", "a"],
      ["2026-11-21", "a"],
    ]);
  });

  test("keeps very many small amounts exact", async () => {
    const tiny = usageRow({}, { totalPicousd: 740_000n, inputTokens: 37, outputTokens: 0 });
    for (let batch = 0; batch < 10; batch++) sample.put(Array.from({ length: 1000 }, () => tiny));
    expect((await ask()).totals).toMatchObject({ total_usd: "0.0074", input_tokens: 370_000 });
  });

  test("tells which models were only assumed", async () => {
    sample.put([usageRow({}, { model: "guess" }), usageRow({}, { model: "known", modelSource: "record" })]);
    const report = await usageReport(new StoreUsage(sample.store.database), {
      period: { since: undefined, until: undefined },
      zone: zone("UTC"),
      today: 0,
      by: [],
      includesSystem: false,
    });
    expect(report.assumedModels).toEqual(["guess"]);
  });
});

describe("days", () => {
  const daysIn = async (name: string, ...times: string[]) => {
    sample.put(times.map((time) => requestRow(at(time))));
    const { rows, range } = await ask({ by: ["day"], zone: zone(name) });
    return { range, days: rows.map(({ day, requests }) => [day, requests]) };
  };

  test("of UTC+8 begin at 16:00 UTC", async () => {
    expect(
      await daysIn("Asia/Shanghai", "2026-11-20T15:59:59Z", "2026-11-20T16:00:00Z", "2026-11-21T15:59:59Z"),
    ).toEqual({
      range: { start: "2026-11-20", end: "2026-11-21" },
      days: [
        ["2026-11-20", 1],
        ["2026-11-21", 2],
      ],
    });
  });

  test("of Kathmandu begin at 18:15 UTC", async () => {
    const { days } = await daysIn("Asia/Kathmandu", "2026-11-20T18:14:59Z", "2026-11-20T18:15:00Z");
    expect(days).toEqual([
      ["2026-11-20", 1],
      ["2026-11-21", 1],
    ]);
  });

  test("of New York have 23 and 25 hours when the clocks change", async () => {
    const hours = (start: string, count: number) =>
      Array.from({ length: count }, (_, hour) =>
        new Date(Date.parse(start) + hour * 3_600_000).toISOString(),
      );
    const spring = hours("2026-03-07T05:00:00Z", 72);
    const autumn = hours("2026-10-31T04:00:00Z", 72);
    const { days } = await daysIn("America/New_York", ...spring, ...autumn);
    expect(days).toEqual([
      ["2026-03-07", 24],
      ["2026-03-08", 23],
      ["2026-03-09", 24],
      ["2026-03-10", 1],
      ["2026-10-31", 24],
      ["2026-11-01", 25],
      ["2026-11-02", 23],
    ]);
  });

  test("limit an answer inclusively, in the zone asked for", async () => {
    sample.put(
      ["2026-11-19T18:14:59Z", "2026-11-19T18:15:00Z", "2026-11-21T18:14:59Z", "2026-11-21T18:15:00Z"].map(
        (time) => requestRow(at(time)),
      ),
    );
    const period = { since: dayNumber("2026-11-20"), until: dayNumber("2026-11-21") };
    for (const by of [[], ["day"]] as const)
      expect((await ask({ period, zone: zone("Asia/Kathmandu"), by })).totals.requests).toBe(2);
  });
});
