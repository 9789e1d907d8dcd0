/**
 * Goal: each question is answered by one sentence that says what to do, and nothing is left behind.
 * Method: the strict double of the service in every state that a person meets.
 */
import { beforeEach, describe, expect, it } from "vitest";
import { type ProbeSubject, probe } from "../../../../src/sinks/cloudwatch/probe.ts";
import { DENIED, failure, ServiceLogs } from "./service-logs.ts";
import { GROUP, STREAM } from "./sink-of.ts";

const signal = new AbortController().signal;

let logs: ServiceLogs;
beforeEach(() => {
  logs = new ServiceLogs();
});

async function results(subject: Partial<ProbeSubject> = {}): Promise<Record<string, [boolean, string]>> {
  const all = await probe(
    {
      ...{ logs, group: GROUP, stream: STREAM, canCreate: true, readsBack: true },
      nowMs: () => logs.clock.nowMs(),
      ...subject,
    },
    signal,
  );
  return Object.fromEntries(all.map(({ name, ok, message }) => [name, [ok, message]]));
}

function makeStream(retentionDays?: number): void {
  logs.store.createGroup(GROUP);
  const group = logs.store.groups.get(GROUP);
  if (group === undefined) return;
  group.retentionDays = retentionDays;
  group.streams.set(STREAM, { creationTime: 0 });
}

describe("where group and stream are there", () => {
  it("all is well, and nothing is written", async () => {
    makeStream(90);
    expect(await results()).toEqual({
      connection: [true, expect.any(String)],
      clock: [true, "the clocks differ by 0 s at most"],
      write: [true, expect.stringContaining(STREAM)],
      read: [true, expect.any(String)],
      "log group": [true, expect.stringContaining("for 90 day(s)")],
    });
    expect(logs.store.events()).toEqual([]);
  });

  it("no permission to write, to read or to look is told apart", async () => {
    makeStream();
    logs.plan = () => DENIED;
    expect(await results()).toMatchObject({
      connection: [true, expect.any(String)],
      write: [false, expect.stringContaining("IAM policy")],
      read: [false, expect.stringContaining("max: 0ms")],
      "log group": [true, expect.stringContaining("does not tell")],
    });
  });

  it("reading is no question if it is not wanted", async () => {
    makeStream();
    expect(await results({ readsBack: false })).not.toHaveProperty("read");
  });

  it("a clock that is wrong is told", async () => {
    makeStream();
    expect(await results({ nowMs: () => logs.clock.nowMs() + 600_000 })).toMatchObject({
      clock: [false, expect.stringContaining("600 s")],
    });
  });
});

describe("where nothing is there", () => {
  it("the daemon will make it", async () => {
    const found = await results();
    expect(Object.values(found).map(([ok]) => ok)).not.toContain(false);
    expect(found["write"]?.[1]).toContain("will make it");
    expect(logs.store.groups.size).toBe(0);
  });

  it("somebody has to make it if the daemon may not", async () => {
    expect(await results({ canCreate: false })).toMatchObject({
      write: [false, expect.stringContaining("create: true")],
      "log group": [false, expect.stringContaining("create: true")],
    });
  });
});

it.each(["UnrecognizedClientException", "unknown_host", "network", "credentials"])(
  "with %s there is one answer",
  async (name) => {
    logs.plan = () => failure(name);
    expect(await results()).toEqual({ connection: [false, expect.stringContaining(`it answered ${name}`)] });
  },
);
