/**
 * Goal: lines are found in the stream of their day, once or more often, and what is too new to be read is waited for.
 * Method: the strict double of the service.
 */
import { beforeEach, describe, expect, test } from "vitest";
import { CloudWatchPresence } from "../../../../src/sinks/cloudwatch/presence.ts";
import { generationOf } from "../../../support/documents.ts";
import { DENIED, ServiceLogs, THROTTLED } from "./service-logs.ts";

const GROUP = "/mem0/audit-logs";
const signal = new AbortController().signal;
const DAY_MS = 86_400_000;

let logs: ServiceLogs;
beforeEach(() => {
  logs = new ServiceLogs();
  logs.store.createGroup(GROUP);
});

function presence(options: object = {}, name = "host-1") {
  const settings = {
    ...{ log_group: GROUP, retention_days: undefined, read_back: { interval: 1000, max: 0 } },
    ...options,
  };
  return new CloudWatchPresence(settings, logs, { get: async () => name }, logs.clock);
}

function put(
  stream: string,
  generation: { readonly id: string },
  ...lines: { offset: number; timestampMs: number }[]
): void {
  const group = logs.store.groups.get(GROUP);
  group?.streams.set(stream, group.streams.get(stream) ?? { creationTime: 0 });
  const events = lines.map(({ offset, timestampMs }) => ({
    timestamp: timestampMs,
    message: JSON.stringify({ event: { id: `${generation.id}-${offset}` } }),
  }));
  if (group !== undefined) logs.store.take(group, stream, events);
}

const dated = () => generationOf("audit-2026-04-03.jsonl", ["{}"]);
const linesAt = (...times: number[]) =>
  times.map((timestampMs, index) => ({ offset: index * 10, timestampMs }));

describe("lines", () => {
  test("are counted as often as they are there", async () => {
    const nowMs = logs.clock.nowMs();
    const [one, two, three] = linesAt(nowMs, nowMs + 5, nowMs + 9);
    if (one === undefined || two === undefined || three === undefined) throw new Error("no lines");
    put("host-1", dated(), one, two, two);
    expect(await presence().copies(dated(), [one, two, three], signal)).toEqual([1, 2, 0]);
  });

  test("are sought in the stream of their day", async () => {
    const nowMs = logs.clock.nowMs();
    const lines = linesAt(nowMs);
    put("host-1-2026-04-03", dated(), ...lines);
    expect(await presence({}, "host-1-{date}").copies(dated(), lines, signal)).toEqual([1]);
    const undatedFile = generationOf("audit.jsonl", ["{}"]);
    put(`host-1-${new Date(nowMs).toISOString().slice(0, 10)}`, undatedFile, ...lines);
    expect(await presence({}, "host-1-{date}").copies(undatedFile, lines, signal)).toEqual([1]);
  });

  test("that are far apart are read one after the other", async () => {
    const nowMs = logs.clock.nowMs();
    const lines = linesAt(nowMs, nowMs - 3 * DAY_MS, nowMs + 1);
    put("host-1", dated(), ...lines);
    expect(await presence().copies(dated(), lines, signal)).toEqual([1, 1, 1]);
    const spans = new Set(
      logs.requests.map(({ input }) => JSON.stringify([Reflect.get(input, "startTime")])),
    );
    expect(spans.size).toBe(2);
  });

  test("that cannot be read yet are waited for, once", async () => {
    const nowMs = logs.clock.nowMs();
    const lines = linesAt(nowMs);
    const opened = presence({ read_back: { interval: 1000, max: 5000 } });
    let isOver = false;
    const asking = opened.copies(dated(), lines, signal).finally(() => {
      isOver = true;
    });
    logs.plan = () => {
      if (logs.requests.length === 2) put("host-1", dated(), ...lines);
      return "none";
    };
    await logs.clock.runUntil(() => isOver, "an answer");
    expect(await asking).toEqual([1]);
    const asked = logs.requests.length;
    await opened.copies(dated(), [{ offset: 99, timestampMs: nowMs }], signal);
    expect(logs.requests.length - asked).toBeLessThanOrEqual(2);
  });

  test.each([
    ["throttled", THROTTLED, true, /ThrottlingException/],
    ["denied", DENIED, false, /allow logs:GetLogEvents/],
  ])("cannot be sought where reading is %s", async (_, failure, isPassing, message) => {
    logs.plan = () => failure;
    const asked = presence()
      .copies(dated(), linesAt(1), signal)
      .catch((error: unknown) => error);
    expect(await asked).toMatchObject({ isPassing, message: expect.stringMatching(message) });
  });
});

describe("the retention", () => {
  test("is that of the configuration", async () => {
    expect(await presence({ retention_days: 30 }).retentionMs(signal)).toBe(30 * DAY_MS);
    expect(logs.requests).toEqual([]);
  });

  test("is else that of the group, asked once", async () => {
    await logs.send("PutRetentionPolicy", { logGroupName: GROUP, retentionInDays: 7 }, signal);
    const opened = presence();
    expect([await opened.retentionMs(signal), await opened.retentionMs(signal)]).toEqual([
      7 * DAY_MS,
      7 * DAY_MS,
    ]);
    expect(logs.counts()).toMatchObject({ DescribeLogGroups: 1 });
  });

  test("is unknown where the group has none, or must not be asked", async () => {
    expect(await presence().retentionMs(signal)).toBeUndefined();
    logs.plan = () => DENIED;
    expect(await presence().retentionMs(signal)).toBeUndefined();
  });
});
