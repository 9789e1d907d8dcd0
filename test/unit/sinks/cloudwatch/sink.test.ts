/**
 * Goal: every line of a payload gets its verdict, whatever the service does with the request.
 * Method: the sink over the strict double of the service, with a clock that the test moves.
 */
import { beforeEach, describe, expect, it } from "vitest";
import { KeptName } from "../../../../src/sinks/cloudwatch/kept-name.ts";
import { cloudWatchOptions } from "../../../../src/sinks/cloudwatch/options.ts";
import { CloudWatchSink } from "../../../../src/sinks/cloudwatch/sink.ts";
import { batchOf } from "../../../support/documents.ts";
import { forgetfulMemory } from "../../../support/sink-memory.ts";
import { VirtualClock } from "../../../support/virtual-clock.ts";
import { DENIED, failure, ServiceLogs, THROTTLED } from "./service-logs.ts";
import { deliver, GROUP, lineAt, NAME, STREAM, sinkOver, stored } from "./sink-of.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const signal = new AbortController().signal;

let logs: ServiceLogs;
beforeEach(() => {
  logs = new ServiceLogs();
});

const someLines = (count = 3) => Array.from({ length: count }, (_, n) => lineAt(logs, 1000 - n, { n }));

describe("a delivery", () => {
  it("stores each line in the stream, with its time and its id", async () => {
    expect(await deliver(sinkOver(logs), logs, someLines())).toEqual({ outcome: "stored" });
    expect(stored(logs)).toMatchObject([{ n: 0 }, { n: 1 }, { n: 2 }]);
    const [first] = logs.store.events(GROUP);
    expect(first).toMatchObject({ stream: STREAM, timestamp: logs.clock.nowMs() - 1000 });
    expect(stored(logs)[0]?.["event"]).toMatchObject({ kind: "request", id: expect.stringMatching(/-0$/) });
  });

  it("takes one request once the stream is known", async () => {
    const sink = sinkOver(logs);
    await sink.open(signal);
    await deliver(sink, logs, someLines());
    await deliver(sink, logs, someLines(), "audit-2026-04-04.jsonl");
    expect(logs.counts()).toEqual({ CreateLogStream: 2, CreateLogGroup: 1, PutLogEvents: 2 });
  });

  it("sorts by time, and judges in the order of the file", async () => {
    const lines = [
      lineAt(logs, 1000, { n: 0 }),
      lineAt(logs, -3 * HOUR_MS, { n: 1 }),
      lineAt(logs, 3000, { n: 2 }),
    ];
    const report = await deliver(sinkOver(logs), logs, lines);
    expect(report).toMatchObject({
      verdicts: [{ verdict: "stored" }, { error: { type: "log_event_too_new" } }, { verdict: "stored" }],
    });
    expect(stored(logs).map(({ n }) => n)).toEqual([2, 0]);
  });

  it("leaves what is near a limit to the service, and reads its answer", async () => {
    const lines = [
      lineAt(logs, 14 * DAY_MS + 60_000, { n: 0 }),
      lineAt(logs, 14 * DAY_MS - 60_000, { n: 1 }),
    ];
    const report = await deliver(sinkOver(logs), logs, lines);
    expect(report).toMatchObject({
      verdicts: [{ error: { type: "log_event_too_old", isDocumentFault: true } }, { verdict: "stored" }],
    });
    expect(logs.counts().PutLogEvents).toBe(1);
  });

  it("sends no request if every line is refused", async () => {
    const report = await deliver(sinkOver(logs), logs, [
      lineAt(logs, 40 * DAY_MS),
      lineAt(logs, 40 * DAY_MS),
    ]);
    expect(report).toMatchObject({
      outcome: "judged",
      verdicts: [{ verdict: "refused" }, { verdict: "refused" }],
    });
    expect(logs.counts().PutLogEvents).toBeUndefined();
  });

  it("refuses what became too old while the sink was down", async () => {
    const sink = sinkOver(logs);
    const lines = [lineAt(logs, 13 * DAY_MS)];
    logs.plan = () => THROTTLED;
    expect(await deliver(sink, logs, lines)).toMatchObject({ outcome: "unavailable", reason: "throttled" });
    await logs.clock.advance(2 * DAY_MS);
    logs.plan = () => "none";
    expect(await deliver(sink, logs, lines)).toMatchObject({
      verdicts: [{ error: { type: "log_event_too_old" } }],
    });
  });

  it("refuses what is older than the retention it put on the group", async () => {
    const sink = sinkOver(logs, { retention_days: 3 });
    const report = await deliver(sink, logs, [lineAt(logs, 4 * DAY_MS)]);
    expect(report).toMatchObject({ verdicts: [{ error: { type: "log_event_expired" } }] });
    expect(logs.counts().PutLogEvents).toBeUndefined();
  });

  it("refuses a line that is too large, whole", async () => {
    const report = await deliver(sinkOver(logs), logs, [
      lineAt(logs, 0, { agent_id: "a".repeat(1_048_576) }),
    ]);
    expect(report).toMatchObject({ verdicts: [{ error: { type: "log_event_too_large" } }] });
  });

  it("goes into the stream of the file's day, if the name says so", async () => {
    const sink = sinkOver(logs, { log_stream: "audit-{date}" });
    await deliver(sink, logs, someLines(), "audit-2026-04-02.jsonl");
    await deliver(sink, logs, someLines(), "audit.jsonl");
    expect(new Set(logs.store.events().map(({ stream }) => stream))).toEqual(
      new Set(["audit-2026-04-02", "audit-2026-04-03"]),
    );
  });

  it("adds metrics if they are wanted", async () => {
    await deliver(sinkOver(logs, { metrics: "emf" }), logs, someLines(1));
    expect(stored(logs)[0]).toHaveProperty("_aws");
  });
});

describe("a request that is refused", () => {
  const reports: [string, object][] = [
    ["ThrottlingException", { outcome: "unavailable", reason: "throttled" }],
    ["AccessDeniedException", { outcome: "blocked", reason: "AccessDeniedException" }],
    ["InvalidParameterException", { outcome: "refused", error: { isDocumentFault: false } }],
    [
      "DataAlreadyAcceptedException",
      { outcome: "judged", verdicts: Array(3).fill({ verdict: "duplicate" }) },
    ],
  ];
  it.each(reports)("by %s is reported", async (name, report) => {
    logs.plan = (operation) => (operation === "PutLogEvents" ? failure(name, { status: 400 }) : "none");
    expect(await deliver(sinkOver(logs), logs, someLines())).toMatchObject(report);
  });

  it("as malformed is the fault of a line only if it is alone", async () => {
    logs.plan = (operation) => (operation === "PutLogEvents" ? failure("InvalidParameterException") : "none");
    const report = await deliver(sinkOver(logs), logs, someLines(1));
    expect(report).toMatchObject({ outcome: "refused", error: { isDocumentFault: true } });
  });

  it("since the stream is gone comes again, and makes it anew", async () => {
    const sink = sinkOver(logs);
    await deliver(sink, logs, someLines());
    logs.store.groups.clear();
    const lines = someLines(2);
    expect(await deliver(sink, logs, lines)).toMatchObject({ outcome: "unavailable", reason: "no_stream" });
    expect(await deliver(sink, logs, lines)).toEqual({ outcome: "stored" });
  });

  it("since there is no stream, and none is to be made, is blocked", async () => {
    const report = await deliver(sinkOver(logs, { create: false }), logs, someLines());
    expect(report).toMatchObject({ outcome: "blocked", message: expect.stringContaining("create: true") });
  });

  it("since there is no stream, and none may be made, is blocked", async () => {
    logs.store.createGroup(GROUP);
    logs.plan = (operation) => (operation === "CreateLogStream" ? DENIED : "none");
    const report = await deliver(sinkOver(logs), logs, someLines());
    expect(report).toMatchObject({ outcome: "blocked", message: expect.stringContaining("CreateLogStream") });
  });

  it("since the stream may not be read says which permission is missing, and how to do without", async () => {
    await deliver(sinkOver(logs), logs, someLines());
    logs.plan = (operation) => (operation === "GetLogEvents" ? DENIED : "none");
    expect(await deliver(sinkOver(logs), logs, someLines())).toMatchObject({
      outcome: "blocked",
      message: expect.stringMatching(/logs:GetLogEvents.*max: 0ms/),
    });
    expect(await deliver(sinkOver(logs, { read_back: { max: "0ms" } }), logs, someLines())).toEqual({
      outcome: "stored",
    });
  });
});

describe("no line is stored twice", () => {
  it("after a lost answer", async () => {
    const sink = sinkOver(logs);
    const lines = someLines();
    logs.plan = (operation) => (operation === "PutLogEvents" ? "lost_answer" : "none");
    const batch = batchOf(sink.payloadBuilder(), NAME, lines);
    if (batch.payload === undefined) throw new Error("no payload");
    expect(await sink.deliver(batch.payload, batch, signal)).toMatchObject({ outcome: "unavailable" });
    logs.plan = () => "none";
    expect(await sink.deliver(batch.payload, batch, signal)).toEqual({
      outcome: "judged",
      verdicts: lines.map(() => ({ verdict: "duplicate" })),
    });
    expect(stored(logs)).toHaveLength(lines.length);
  });

  it("by another process that begins anew, with other batches, in the same stream", async () => {
    const lines = someLines(4);
    await deliver(sinkOver(logs), logs, lines.slice(0, 3));
    const report = await deliver(sinkOver(logs), logs, lines);
    expect(report).toMatchObject({
      verdicts: [...Array(3).fill({ verdict: "duplicate" }), { verdict: "stored" }],
    });
    expect(stored(logs)).toHaveLength(4);
  });

  it("and one that is there is none for the dead letters, however old", async () => {
    const lines = [lineAt(logs, 0)];
    await deliver(sinkOver(logs), logs, lines);
    await logs.clock.advance(15 * DAY_MS);
    expect(await deliver(sinkOver(logs), logs, lines)).toMatchObject({
      verdicts: [{ verdict: "duplicate" }],
    });
  });
});

describe("opening", () => {
  it("makes group, retention and stream, and does it again without harm", async () => {
    const sink = sinkOver(logs, { retention_days: 30 });
    expect(await sink.open(signal)).toEqual({ outcome: "ready" });
    expect(await sinkOver(logs, { retention_days: 30 }).open(signal)).toEqual({ outcome: "ready" });
    expect(logs.store.groups.get(GROUP)).toMatchObject({ retentionDays: 30 });
    expect([...(logs.store.groups.get(GROUP)?.streams.keys() ?? [])]).toEqual([STREAM]);
  });

  it("goes on with a warning if it may make nothing", async () => {
    await sinkOver(logs).open(signal);
    logs.plan = (operation) => (operation === "CreateLogStream" ? DENIED : "none");
    const sink = sinkOver(logs);
    expect(await sink.open(signal)).toMatchObject({
      outcome: "ready",
      warning: expect.stringContaining(STREAM),
    });
    expect(await deliver(sink, logs, someLines())).toEqual({ outcome: "stored" });
  });

  it("keeps the name of the stream, and tells if that is not possible", async () => {
    const memory = forgetfulMemory({ log_stream: "{instance_id}", name: "i-0123" });
    await sinkOver(logs, {}, memory).open(signal);
    expect([...(logs.store.groups.get(GROUP)?.streams.keys() ?? [])]).toEqual(["i-0123"]);
    const full = {
      ...forgetfulMemory(),
      save: () => Promise.reject(Object.assign(new Error("disk"), { code: "ENOSPC" })),
    };
    expect(await sinkOver(logs, {}, full).open(signal)).toMatchObject({
      outcome: "ready",
      warning: expect.stringContaining("ENOSPC"),
    });
  });
});

it("a probe leaves nothing behind, and does not keep the name of the stream", async () => {
  const memory = forgetfulMemory();
  const results = await sinkOver(logs, {}, memory).probe(signal);
  expect(results.map(({ ok }) => ok)).not.toContain(false);
  expect(logs.store.groups.size).toBe(0);
  expect(await memory.load()).toEqual({});
});

it("judges the age of lines by the service's clock, not by one here that is days off", async () => {
  const ahead = new VirtualClock(logs.clock.nowMs() + 30 * DAY_MS);
  const options = cloudWatchOptions.parse({ read_back: { max: "0ms" } });
  const name = new KeptName(options.log_stream, forgetfulMemory(), async () => STREAM);
  const sink = new CloudWatchSink(options, { clock: ahead, labels: {} }, logs, name);
  expect(await deliver(sink, logs, [lineAt(logs, 1000)])).toEqual({ outcome: "stored" });
});
