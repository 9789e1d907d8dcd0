/**
 * Goal: every kind of sink keeps the promises of src/sinks/sink.ts.
 * Method: one suite over the table of sinks, each against a fake of its server in this process; databases are real ones
 * behind a proxy.
 */
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { planBodiesLane } from "../../src/daemon/bodies.ts";
import { type BodiesOptions, bodiesOptions } from "../../src/sinks/bodies/options.ts";
import type { Sink } from "../../src/sinks/sink.ts";
import { SINKS, type SinkKind } from "../../src/sinks/table.ts";
import { systemClock } from "../../src/system/clock.ts";
import { AWS_VARIABLES, REGION } from "../support/cloudwatch-place.ts";
import { batchOf, requestLine } from "../support/documents.ts";
import { FakeCloudWatch } from "../support/fake-cloudwatch.ts";
import { always } from "../support/fake-cloudwatch-faults.ts";
import {
  ELASTICSEARCH,
  type FakeOpenSearch,
  reply,
  startFakeOpenSearch,
} from "../support/fake-opensearch.ts";
import { BUCKET, FakeS3, refuseAll, S3_VARIABLES } from "../support/fake-s3.ts";
import { deliverLines } from "../support/opensearch-sink.ts";
import { retrievalLine } from "../support/retrieval-lines.ts";
import type { DatabaseServer } from "../support/servers/local-server.ts";
import { forgetfulMemory } from "../support/sink-memory.ts";
import { makeDatabase, type SqlType, sqlServers } from "../support/sql-places.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";

/** What a sink's server can be told to do next. */
interface FakeDestination {
  /** The least configuration of a sink that delivers to it. */
  readonly configuration: object;
  /** How many documents it holds. */
  count(): number | Promise<number>;
  beUnavailable(): void;
  recover(): void;
  forbid(): void | Promise<void>;
  /** Undefined where a server has no limit that a payload could pass. */
  readonly beTooSmall?: () => void;
  hang(): void;
  /** True where nothing is asked before the first delivery. */
  readonly opensUnasked?: true;
  close(): Promise<void>;
}

const databases = await sqlServers();
afterAll(async () => {
  for (const [, server] of databases) await server.stop();
});

const DESTINATIONS: Readonly<Record<string, () => Promise<FakeDestination>>> = {
  bodies: async () => {
    for (const [name, value] of Object.entries(S3_VARIABLES)) vi.stubEnv(name, value);
    const server = await FakeS3.start();
    const place = { bucket: BUCKET, endpoint: server.url, region: "us-east-1", force_path_style: true };
    return {
      configuration: { store: "s3", ...place },
      count: () => server.objects.size,
      beUnavailable: () => {
        server.misbehave = refuseAll(503, "SlowDown");
      },
      recover: () => {
        server.misbehave = () => false;
      },
      forbid: () => {
        server.misbehave = refuseAll(403, "AccessDenied");
      },
      hang: () => {
        server.misbehave = () => true;
      },
      opensUnasked: true,
      close: () => server.stop(),
    } satisfies FakeDestination;
  },
  cloudwatch: async () => {
    for (const [name, value] of Object.entries(AWS_VARIABLES)) vi.stubEnv(name, value);
    const server = await FakeCloudWatch.start();
    return {
      configuration: {
        endpoint: server.url,
        region: REGION,
        read_back: { interval: "1ms", max: "20ms" },
      },
      count: () => server.store.events().length,
      beUnavailable: () => {
        server.plan = always("unavailable");
      },
      recover: () => {
        server.plan = () => "none";
      },
      forbid: () => {
        server.plan = always("access_denied");
      },
      beTooSmall: () => {
        server.plan = always("too_large", "PutLogEvents");
      },
      hang: () => {
        server.plan = always("hang");
      },
      close: () => server.down(),
    } satisfies FakeDestination;
  },
  elasticsearch: async () => fakeSearchServer(await startFakeOpenSearch(undefined, ELASTICSEARCH)),
  opensearch: async () => fakeSearchServer(await startFakeOpenSearch()),
  ...Object.fromEntries(databases.map(([type, server]) => [type, () => emptyDatabase(type, server)])),
};

/** An empty database behind a proxy. */
async function emptyDatabase(type: SqlType, server: DatabaseServer): Promise<FakeDestination> {
  const database = await makeDatabase(type, server);
  const proxy = await TcpProxy.start(server);
  return {
    configuration: { ...database.configuration, host: "127.0.0.1", port: proxy.port },
    count: async () => ((await database.hasTables()) ? database.count("record") : 0),
    beUnavailable: () => {
      proxy.mode = "refuse";
    },
    recover: () => {
      proxy.mode = "pass";
    },
    forbid: () => database.lockUser(),
    hang: () => {
      proxy.mode = "hang";
    },
    close: async () => {
      await proxy.stop();
    },
  };
}

function fakeSearchServer(server: FakeOpenSearch): FakeDestination {
  const always = (status: number) => {
    server.misbehave = (_, response) => reply(response, status, {});
  };
  return {
    configuration: { endpoints: [server.url] },
    count: () => server.documents.size,
    beUnavailable: () => always(503),
    recover: () => {
      server.misbehave = () => false;
    },
    forbid: () => always(403),
    beTooSmall: () => always(413),
    hang: () => {
      server.misbehave = () => true;
    },
    close: () => server.close(),
  };
}

// Of now: not every service takes what is weeks old.
const NOW = new Date().toISOString();
const NAME = `audit-${NOW.slice(0, 10)}.jsonl`;
const REQUESTS = Array.from({ length: 20 }, (_, number) => requestLine({ ts: NOW, elapsed_ms: number }));
const DETAILS = Array.from({ length: 20 }, (_, number) => retrievalLine(`query ${number}`, [], { ts: NOW }));

const RULES = { bodies: { place: "", key: undefined } };

/** No kind of its own in the table, for it is configured elsewhere and gets retrieval details alone. */
const BODIES: Pick<SinkKind, "options" | "create"> = {
  options: bodiesOptions as unknown as SinkKind["options"],
  create: async (options) => {
    const bodies = options as BodiesOptions;
    const lane = planBodiesLane({ bodies, redact_key: undefined, state_dir: "." }, systemClock);
    return lane?.sink ?? expect.fail("no lane");
  },
};

/** Said loudly, and a failure where servers are required. */
const missing = ["mysql", "postgres"].filter((type) => !(type in DESTINATIONS));
const KINDS = Object.entries({ ...SINKS, bodies: BODIES }).filter(([type]) => !missing.includes(type));

describe.each(KINDS)("the sink %s", (type, kind) => {
  const LINES = type === "bodies" ? DETAILS : REQUESTS;
  let destination: FakeDestination;
  let sink: Sink;
  const signal = new AbortController().signal;

  beforeEach(async () => {
    const start = DESTINATIONS[type];
    if (start === undefined) throw new Error(`expected a fake server for the sink ${type} in this file`);
    destination = await start();
    sink = await newSink();
  });

  function newSink(): Promise<Sink> {
    return kind.create(kind.options.parse(destination.configuration), {
      name: "search",
      clock: systemClock,
      instance: "",
      labels: { service: "mem0" },
      memory: forgetfulMemory(),
    });
  }

  const deliverAll = (stop = signal) => deliverLines(sink, NAME, LINES, stop, RULES);

  afterEach(async () => {
    await sink.close();
    await destination.close();
    vi.unstubAllEnvs();
  });

  it("describes each of its options", () => {
    const { properties } = z.toJSONSchema(kind.options, { io: "input", unrepresentable: "any" });
    const undescribed = Object.entries(properties ?? {}).filter(
      ([, option]) => !JSON.stringify(option).includes('"description"'),
    );
    expect(undescribed.map(([name]) => name)).toEqual([]);
  });

  it("has limits that let something through", () => {
    const { recordsMax, bytesMax, waitMsMax, inFlightMax } = sink.limits;
    expect(Math.min(recordsMax, bytesMax, waitMsMax, inFlightMax)).toBeGreaterThan(0);
  });

  it("is ready, and ready again", async () => {
    expect(await sink.open(signal)).toMatchObject({ outcome: "ready" });
    expect(await sink.open(signal)).toMatchObject({ outcome: "ready" });
  });

  it("stores every document", async () => {
    expect(await deliverAll()).toEqual({ outcome: "stored" });
    expect(await destination.count()).toBe(LINES.length);
  });

  it("stores no document twice if a payload comes again after a crash, and judges each", async () => {
    await deliverAll();
    await sink.close();
    sink = await newSink();
    const report = await deliverAll();
    expect(report).toEqual({ outcome: "judged", verdicts: LINES.map(() => ({ verdict: "duplicate" })) });
    expect(await destination.count()).toBe(LINES.length);
  });

  it("delivers a part of a batch", async () => {
    const batch = batchOf(sink.payloadBuilder(), NAME, LINES, RULES);
    const part = batch.payload?.select([0, 7, 19]);
    if (part === undefined) throw new Error("no payload");
    expect(await sink.deliver(part, batch, signal)).toEqual({ outcome: "stored" });
    expect(await destination.count()).toBe(3);
  });

  it("says that it is unavailable, and delivers once it is available again", async () => {
    destination.beUnavailable();
    expect(await deliverAll()).toMatchObject({ outcome: "unavailable" });
    destination.recover();
    expect(await deliverAll()).toEqual({ outcome: "stored" });
  });

  it("says that it is unavailable if nobody listens", async () => {
    await destination.close();
    expect(await deliverAll()).toMatchObject({
      outcome: "unavailable",
      reason: "network",
    });
    if (!destination.opensUnasked) expect(await sink.open(signal)).toMatchObject({ outcome: "unavailable" });
  });

  it("says that it is blocked if it is not allowed to deliver", async () => {
    await destination.forbid();
    expect(await deliverAll()).toMatchObject({ outcome: "blocked" });
  });

  it("says that a payload is too large", async ({ skip }) => {
    if (destination.beTooSmall === undefined) skip("no payload is too large for it");
    destination.beTooSmall?.();
    expect(await deliverAll()).toMatchObject({ outcome: "too_large" });
  });

  it("gives up at once when it is told to", async () => {
    destination.hang();
    const stop = new AbortController();
    const delivery = deliverAll(stop.signal);
    stop.abort();
    expect(await delivery).toMatchObject({ outcome: "unavailable" });
    expect(await deliverAll(stop.signal)).toMatchObject({ outcome: "unavailable" });
  });

  it("answers a probe with a sentence each, and stores nothing by it", async () => {
    const passed = await sink.probe(signal);
    expect(passed.length).toBeGreaterThan(0);
    for (const { ok, message } of passed) {
      expect(ok).toBe(true);
      expect(message).not.toBe("");
    }
    await destination.close();
    expect((await sink.probe(signal)).some(({ ok }) => !ok)).toBe(true);
    expect(await destination.count()).toBe(0);
  });

  it("can be closed twice", async () => {
    await deliverAll();
    await sink.close();
    await sink.close();
    expect(await destination.count()).toBe(LINES.length);
  });
});
