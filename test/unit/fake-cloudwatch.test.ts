/**
 * Goal: the double that the tests of the sink cloudwatch trust keeps every documented rule of the service.
 * Method: the official client against a started double, one rule at a time, compared with what is stored.
 */
import {
  type CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeCloudWatch } from "../support/fake-cloudwatch.ts";
import {
  clientOf,
  eventAt,
  exceptionName,
  GROUP,
  makeStream,
  putEvents,
  STREAM,
} from "../support/fake-cloudwatch-client.ts";

const NOW_MS = Date.UTC(2026, 3, 20, 12);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let nowMs: number;
let server: FakeCloudWatch;
let client: CloudWatchLogsClient;

beforeEach(async () => {
  nowMs = NOW_MS;
  server = await FakeCloudWatch.start({ nowMs: () => nowMs });
  client = clientOf(server.url);
  await makeStream(client);
});

afterEach(async () => {
  client.destroy();
  await server.down();
});

describe("groups and streams", () => {
  it("are made once, and must be there", async () => {
    expect(await exceptionName(client.send(new CreateLogGroupCommand(GROUP)))).toBe(
      "ResourceAlreadyExistsException",
    );
    expect(await exceptionName(client.send(new CreateLogStreamCommand(STREAM)))).toBe(
      "ResourceAlreadyExistsException",
    );
    const elsewhere = { ...STREAM, logGroupName: "none" };
    expect(await exceptionName(client.send(new CreateLogStreamCommand(elsewhere)))).toBe(
      "ResourceNotFoundException",
    );
    const missing = { ...STREAM, logStreamName: "none", logEvents: [eventAt(NOW_MS)] };
    expect(await exceptionName(client.send(new PutLogEventsCommand(missing)))).toBe(
      "ResourceNotFoundException",
    );
  });

  it.each(["", "with space", "aws/x", "g".repeat(513), "a:b"])("refuses the group name %j", async (name) => {
    const attempt = client.send(new CreateLogGroupCommand({ logGroupName: name }));
    expect(await exceptionName(attempt)).toBe("InvalidParameterException");
  });

  it.each(["", "a:b", "a*", "s".repeat(513)])("refuses the stream name %j", async (name) => {
    const attempt = client.send(new CreateLogStreamCommand({ ...GROUP, logStreamName: name }));
    expect(await exceptionName(attempt)).toBe("InvalidParameterException");
  });

  it("take only the documented retentions, and are described with them, in pages", async () => {
    const put15 = client.send(new PutRetentionPolicyCommand({ ...GROUP, retentionInDays: 15 }));
    expect(await exceptionName(put15)).toBe("InvalidParameterException");
    await client.send(new PutRetentionPolicyCommand({ ...GROUP, retentionInDays: 14 }));
    await client.send(new CreateLogGroupCommand({ logGroupName: "/mem0/other" }));
    const first = await client.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: "/mem0/", limit: 1 }));
    expect(first.logGroups).toMatchObject([{ logGroupName: "/mem0/audit-logs", retentionInDays: 14 }]);
    const nextToken = first.nextToken;
    const second = await client.send(
      new DescribeLogGroupsCommand({ logGroupNamePrefix: "/mem0/", limit: 1, nextToken }),
    );
    expect(second).toMatchObject({ logGroups: [{ logGroupName: "/mem0/other" }] });
    expect(second.nextToken).toBeUndefined();
    const streams = await client.send(new DescribeLogStreamsCommand(GROUP));
    expect(streams.logStreams).toMatchObject([{ logStreamName: "i-1" }]);
  });
});

describe("PutLogEvents", () => {
  const full = (bytes: number) => "x".repeat(bytes - 26);

  it.each([
    ["no events", []],
    ["an empty message", [eventAt(NOW_MS, "")]],
    ["a negative timestamp", [eventAt(-1)]],
    ["10,001 events", Array.from({ length: 10_001 }, () => eventAt(NOW_MS, "x"))],
    ["one event of more than 1 MB", [eventAt(NOW_MS, full(1_048_577))]],
    ["one event whose UTF-8 is more than 1 MB", [eventAt(NOW_MS, "é".repeat(524_276))]],
    ["more than 1,048,576 bytes", [eventAt(NOW_MS, full(1_048_550)), eventAt(NOW_MS, "x")]],
    ["events out of order", [eventAt(NOW_MS), eventAt(NOW_MS - 1)]],
    ["events more than 24 hours apart", [eventAt(NOW_MS - DAY_MS - 1), eventAt(NOW_MS)]],
  ])("refuses %s", async (_, events) => {
    expect(await exceptionName(putEvents(client, events))).toBe("InvalidParameterException");
    expect(server.store.events()).toEqual([]);
  });

  it.each([
    ["10,000 events", Array.from({ length: 10_000 }, () => eventAt(NOW_MS, "x"))],
    ["one event of 1 MB", [eventAt(NOW_MS, full(1_048_576))]],
    ["1,048,576 bytes", [eventAt(NOW_MS, full(1_048_549)), eventAt(NOW_MS, "x")]],
    ["events of the same moment", [eventAt(NOW_MS), eventAt(NOW_MS)]],
    ["events 24 hours apart", [eventAt(NOW_MS - DAY_MS), eventAt(NOW_MS)]],
  ])("takes %s", async (_, events) => {
    expect(await putEvents(client, events)).not.toHaveProperty("rejectedLogEventsInfo");
    expect(server.store.events().length).toBe(events.length);
  });

  it("rejects events that are too old or too new one by one, and says where they end or start", async () => {
    const old = NOW_MS - 14 * DAY_MS;
    expect(await putEvents(client, [eventAt(old - 2), eventAt(old - 1), eventAt(old)])).toMatchObject({
      rejectedLogEventsInfo: { tooOldLogEventEndIndex: 2 },
    });
    const ahead = NOW_MS + 2 * HOUR_MS;
    expect(await putEvents(client, [eventAt(ahead), eventAt(ahead + 1)])).toMatchObject({
      rejectedLogEventsInfo: { tooNewLogEventStartIndex: 1 },
    });
    expect([...server.countsById()]).toEqual([
      [`at-${old}`, 1],
      [`at-${ahead}`, 1],
    ]);
  });

  it("rejects events older than the group's retention", async () => {
    await client.send(new PutRetentionPolicyCommand({ ...GROUP, retentionInDays: 3 }));
    const expiry = NOW_MS - 3 * DAY_MS;
    expect(await putEvents(client, [eventAt(expiry - 1), eventAt(expiry)])).toMatchObject({
      rejectedLogEventsInfo: { expiredLogEventEndIndex: 1 },
    });
    expect([...server.countsById().keys()]).toEqual([`at-${expiry}`]);
  });

  it("stores what comes twice twice", async () => {
    await putEvents(client, [eventAt(NOW_MS)]);
    await putEvents(client, [eventAt(NOW_MS)]);
    expect([...server.countsById().values()]).toEqual([2]);
  });
});

describe("reading", () => {
  const times = Array.from({ length: 7 }, (_, index) => NOW_MS - 7 + index);

  /** Reads as clients do: until the token comes again. */
  async function readAll(range: { startTime?: number; endTime?: number } = {}): Promise<number[]> {
    const found: number[] = [];
    let nextToken: string | undefined;
    for (;;) {
      const page = await client.send(
        new GetLogEventsCommand({ ...STREAM, ...range, startFromHead: true, nextToken }),
      );
      found.push(...(page.events ?? []).map(({ timestamp = 0 }) => timestamp));
      if (page.nextForwardToken === nextToken) return found;
      nextToken = page.nextForwardToken;
    }
  }

  async function filterAll(range: { startTime?: number; endTime?: number } = {}): Promise<number[]> {
    const found: number[] = [];
    let nextToken: string | undefined;
    do {
      const page = await client.send(
        new FilterLogEventsCommand({ ...GROUP, ...range, logStreamNames: ["i-1"], nextToken }),
      );
      found.push(...(page.events ?? []).map(({ timestamp = 0 }) => timestamp));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return found;
  }

  beforeEach(() =>
    putEvents(
      client,
      times.map((time) => eventAt(time)),
    ),
  );

  it("gives small and empty pages until the token comes again, or there is none", async () => {
    server.store.paging = { eventsMax: 2, emptyPages: 2 };
    expect(await readAll()).toEqual(times);
    expect(await filterAll()).toEqual(times);
    expect(server.callCount("GetLogEvents")).toBe(13);
  });

  it("leaves the end time out in GetLogEvents, and includes it in FilterLogEvents", async () => {
    const range = { startTime: NOW_MS - 6, endTime: NOW_MS - 4 };
    expect(await readAll(range)).toEqual([NOW_MS - 6, NOW_MS - 5]);
    expect(await filterAll(range)).toEqual([NOW_MS - 6, NOW_MS - 5, NOW_MS - 4]);
  });

  it("goes back from the newest events if it is not told to start from the head", async () => {
    server.store.paging = { emptyPages: 1 };
    const pages: (number | undefined)[][] = [];
    let nextToken: string | undefined;
    for (;;) {
      const page = await client.send(new GetLogEventsCommand({ ...STREAM, limit: 4, nextToken }));
      if (page.nextBackwardToken === nextToken) break;
      nextToken = page.nextBackwardToken;
      pages.push((page.events ?? []).map(({ timestamp }) => timestamp));
    }
    expect(pages).toEqual([[], times.slice(3), [], times.slice(0, 3)]);
    const forward = new GetLogEventsCommand({ ...STREAM, startFromHead: true, nextToken });
    expect(await exceptionName(client.send(forward))).toBe("InvalidParameterException");
  });

  it("orders by time what was stored in another order", async () => {
    await putEvents(client, [eventAt(NOW_MS - 100)]);
    expect((await readAll())[0]).toBe(NOW_MS - 100);
  });

  it("sees an event only after a time, or after some reads", async () => {
    server.store.visibility = { afterMs: 5000 };
    expect(await readAll()).toEqual([]);
    nowMs += 5000;
    expect(await readAll()).toEqual(times);
    server.store.visibility = { afterReads: 3 };
    await putEvents(client, [eventAt(NOW_MS)]);
    expect(await filterAll()).toEqual(times);
    expect(await filterAll({ startTime: NOW_MS })).toEqual([]);
    expect(await filterAll({ startTime: NOW_MS })).toEqual([NOW_MS]);
  });
});
