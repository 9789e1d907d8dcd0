/**
 * Goal: a stream is read to its end, page by page, and never farther than needed.
 * Method: the strict double of the service with small and empty pages.
 */
import { beforeEach, describe, expect, it } from "vitest";
import { newestTimestamp, presentIds } from "../../../../src/sinks/cloudwatch/stream-reader.ts";
import { failure, ServiceLogs, THROTTLED } from "./service-logs.ts";

const PLACE = { group: "/mem0/audit-logs", stream: "host-1" };
const signal = new AbortController().signal;

let logs: ServiceLogs;
beforeEach(() => {
  logs = new ServiceLogs();
  logs.store.createGroup(PLACE.group);
  logs.store.groups.get(PLACE.group)?.streams.set(PLACE.stream, { creationTime: 0 });
});

/** Stores events at these times, each with its time as id. */
function put(...times: number[]): void {
  const group = logs.store.groups.get(PLACE.group);
  const events = times.map((timestamp) => ({
    timestamp,
    message: JSON.stringify({ event: { id: `id-${timestamp}` } }),
  }));
  if (group !== undefined) logs.store.take(group, PLACE.stream, events);
}

const idsOf = (...times: number[]) => new Set(times.map((time) => `id-${time}`));

describe("the newest timestamp", () => {
  it("is that of the last event", async () => {
    put(1000, 2000, 3000);
    expect(await newestTimestamp(logs, PLACE, signal)).toBe(3000);
    expect(logs.counts()).toEqual({ GetLogEvents: 1 });
  });

  it("is found behind empty pages", async () => {
    put(1000, 2000);
    logs.store.paging = { eventsMax: 1, emptyPages: 3 };
    expect(await newestTimestamp(logs, PLACE, signal)).toBe(2000);
  });

  it("is none in a stream that is empty, or does not exist", async () => {
    expect(await newestTimestamp(logs, PLACE, signal)).toBe(Number.NEGATIVE_INFINITY);
    expect(await newestTimestamp(logs, { ...PLACE, stream: "other" }, signal)).toBe(Number.NEGATIVE_INFINITY);
  });

  it("is not known if a page is refused", async () => {
    logs.plan = () => THROTTLED;
    expect(await newestTimestamp(logs, PLACE, signal)).toEqual(THROTTLED);
  });
});

describe("the ids that are present", () => {
  it("are those of the span, both ends included", async () => {
    put(1000, 2000, 3000, 4000);
    const wanted = idsOf(1000, 2000, 3000, 4000);
    const span = { earliestMs: 2000, latestMs: 3000 };
    expect(await presentIds(logs, PLACE, span, wanted, signal)).toEqual(idsOf(2000, 3000));
  });

  it("are found on all pages, empty ones in between", async () => {
    put(1000, 2000, 3000, 4000, 5000);
    logs.store.paging = { eventsMax: 2, emptyPages: 2 };
    const wanted = idsOf(1000, 3000, 5000, 6000);
    const span = { earliestMs: 0, latestMs: 9000 };
    expect(await presentIds(logs, PLACE, span, wanted, signal)).toEqual(idsOf(1000, 3000, 5000));
  });

  it("are read no farther than to the last one", async () => {
    put(1000, 2000, 3000, 4000, 5000);
    logs.store.paging = { eventsMax: 1 };
    await presentIds(logs, PLACE, { earliestMs: 0, latestMs: 9000 }, idsOf(1000, 2000), signal);
    expect(logs.counts()).toEqual({ GetLogEvents: 2 });
  });

  it("are not confused by what others wrote there", async () => {
    const group = logs.store.groups.get(PLACE.group);
    const messages = [
      "no JSON",
      "1",
      '{"event":"id-1"}',
      '{"event":{"id":1}}',
      '{"a":{"event":{"id":"id-1"}}}',
    ];
    if (group !== undefined)
      logs.store.take(
        group,
        PLACE.stream,
        messages.map((message) => ({ timestamp: 1, message })),
      );
    expect(await presentIds(logs, PLACE, { earliestMs: 1, latestMs: 1 }, idsOf(1), signal)).toEqual(
      new Set(),
    );
  });

  it("are not known if the second page is refused", async () => {
    put(1000, 2000);
    logs.store.paging = { eventsMax: 1 };
    logs.plan = () => (logs.requests.length > 1 ? failure("ServiceUnavailableException") : "none");
    const result = await presentIds(
      logs,
      PLACE,
      { earliestMs: 0, latestMs: 9000 },
      idsOf(1000, 2000),
      signal,
    );
    expect(result).toMatchObject({ ok: false });
  });
});
