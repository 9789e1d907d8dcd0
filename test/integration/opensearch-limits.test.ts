/**
 * Goal: a real OpenSearch at its limits is reported as what it is: busy, too small, gone.
 * Method: a server of our own with a write queue of one and bodies of one megabyte, which is also killed.
 */
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { DeliveryReport, Sink } from "../../src/sinks/sink.ts";
import { requestLine } from "../support/documents.ts";
import { deliverLines, openSearchSink } from "../support/opensearch-sink.ts";
import { startOpenSearch } from "../support/servers/opensearch.ts";
import { searchServer } from "../support/servers/search-requests.ts";
import type { RunningServer } from "../support/servers/search-server.ts";

const SETTINGS = [
  "thread_pool.write.size: 1",
  "thread_pool.write.queue_size: 1",
  "http.max_content_length: 1mb",
];
const NAME = "audit-2026-04-03.jsonl";
const INDEX = "mem0-audit-logs-2026.04.03";
const shared = inject("openSearch");
if (!shared.isOurs) console.error(`\n*** SKIPPED: the limits of a real OpenSearch: ${shared.missing} ***\n`);

describe.skipIf(!shared.isOurs)("an OpenSearch at its limits", () => {
  let server: RunningServer;
  let sink: Sink;

  beforeAll(async () => {
    server = await startOpenSearch({ name: "limits", settings: SETTINGS });
    sink = await openSearchSink({ endpoints: [server.url], max_in_flight: 64 });
  });

  afterAll(async () => {
    await sink?.close();
    await server?.stop();
  });

  it("takes no body beyond its limit", async () => {
    const lines = Array.from({ length: 3 }, () =>
      requestLine({ note: randomBytes(300_000).toString("hex") }),
    );
    expect(await deliverLines(sink, NAME, lines)).toMatchObject({ outcome: "too_large" });
  });

  it("defers documents, or the whole request, while its queue is full", async () => {
    const reports: DeliveryReport[] = [];
    const isRejection = (report: DeliveryReport) =>
      report.outcome === "judged"
        ? report.verdicts.some((one) => one.verdict === "deferred" && one.reason === "throttled")
        : report.outcome === "unavailable" && report.reason === "throttled";
    for (let round = 0; round < 30 && !reports.some(isRejection); round += 1) {
      const deliveries = Array.from({ length: 64 }, (_, number) => {
        const lines = Array.from({ length: 100 }, () =>
          requestLine({ round, number, path: `/${"x".repeat(500)}` }),
        );
        return deliverLines(sink, NAME, lines);
      });
      reports.push(...(await Promise.all(deliveries)));
    }
    expect(reports.some(isRejection)).toBe(true);
    expect(reports.filter(({ outcome }) => outcome === "blocked" || outcome === "refused")).toEqual([]);
  });

  it("has every document once after it was killed in the middle of a delivery", async () => {
    const lines = Array.from({ length: 1000 }, (_, number) =>
      requestLine({ elapsed_ms: number, user_id: "killed" }),
    );
    const file = "audit-2026-05-01.jsonl";
    const delivery = deliverLines(sink, file, lines);
    await server.kill9();
    expect(["unavailable", "stored"]).toContain((await delivery).outcome);
    expect(await deliverLines(sink, file, lines)).toMatchObject({
      outcome: "unavailable",
      reason: "network",
    });
    await server.restart();
    const report = await deliverLines(sink, file, lines);
    const verdicts =
      report.outcome === "judged" ? report.verdicts.map(({ verdict }) => verdict) : [report.outcome];
    expect(verdicts.every((verdict) => verdict === "stored" || verdict === "duplicate")).toBe(true);
    expect((await searchServer(server.url).documents(INDEX.replace("04.03", "05.01"))).size).toBe(1000);
  });

  it("is given up when it is frozen", async () => {
    const impatient = await openSearchSink({ endpoints: [server.url], request_timeout: "1s" });
    server.freeze();
    const report = await deliverLines(impatient, NAME, [requestLine({ user_id: "frozen" })]);
    server.thaw();
    expect(report).toMatchObject({ outcome: "unavailable", reason: "timeout" });
    await impatient.close();
  });
});
