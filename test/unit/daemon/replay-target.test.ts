/**
 * Goal: a replay finds the sink it is for, opens it once, notes what arrives, and gives up in good time.
 * Method: real configurations and stores; a scripted sink; reports as lanes get them.
 */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Config } from "../../../src/config/load.ts";
import { openReplaySink, Patience, WatchedSink } from "../../../src/daemon/replay-target.ts";
import { systemClock } from "../../../src/system/clock.ts";
import { silentLog } from "../../../src/system/log.ts";
import { batchOf, requestLine } from "../../support/documents.ts";
import { judged, ScriptedSink, STORED } from "../../support/scripted-sink.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";
import { DaemonFolder } from "./daemon-folder.ts";
import { FILE } from "./letter.ts";

const signal = new AbortController().signal;
const UNAVAILABLE = { outcome: "unavailable", reason: "http_503", message: "503" } as const;
const BLOCKED = { outcome: "blocked", reason: "http_403", message: "403: not allowed" } as const;

describe("the sink of a replay", () => {
  let folder: DaemonFolder;
  beforeEach(() => {
    folder = new DaemonFolder();
  });
  afterEach(() => folder.remove());

  function open(name: string, config: Config) {
    return openReplaySink(name, config, folder.state, { clock: systemClock, log: silentLog });
  }

  test("is the configured one of the name", async () => {
    const search = { type: "opensearch", endpoints: ["http://127.0.0.1:9"], batch: { max_records: 7 } };
    const sink = await open("search", await folder.config({ sinks: { search } }));
    if (typeof sink === "string") throw new Error(sink);
    expect(sink.limits.recordsMax).toBe(7);
    await sink.close();
  });

  test.each(["gone", "toString"])("is missing if the configuration has none named %s", async (name) => {
    expect(await open(name, await folder.config())).toBe("the configuration has no sink of this name");
  });

  test("is the embedded store, once the daemon has made it", async () => {
    const config = await folder.config();
    expect(await open("local", config)).toMatch(/^there is no embedded store .*: start the daemon first$/);
    await folder.drain(config);
    const sink = await open("local", config);
    if (typeof sink === "string") throw new Error(sink);
    expect(await sink.open(signal)).toEqual({ outcome: "ready" });
    await sink.close();
  });

  test("is missing if the embedded store is off", async () => {
    const search = { type: "opensearch", endpoints: ["http://127.0.0.1:9"] };
    const config = await folder.config({ sinks: { search }, store: { enabled: false } });
    expect(await open("local", config)).toBe("the embedded store is off (store.enabled: false)");
  });
});

describe("a watched sink", () => {
  const lines = [requestLine({ n: 1 }), requestLine({ n: 2 }), requestLine({ n: 3 })];
  const offsetOf = (index: number) => lines.slice(0, index).join("\n").length + Math.min(index, 1);

  async function deliver(watched: WatchedSink): Promise<void> {
    const batch = batchOf(watched.payloadBuilder(), FILE, lines);
    if (batch.payload !== undefined) await watched.deliver(batch.payload, batch, signal);
  }

  test("remembers what was stored, as a whole or one by one, until it is asked", async () => {
    const sink = new ScriptedSink(() => STORED);
    const watched = new WatchedSink(sink);
    await deliver(watched);
    expect([...watched.takeAccepted()]).toEqual([0, offsetOf(1), offsetOf(2)]);
    expect([...watched.takeAccepted()]).toEqual([]);
    const verdicts = [
      { verdict: "duplicate" },
      { verdict: "deferred", reason: "429" },
      { verdict: "stored" },
    ] as const;
    sink.answer = () => ({ outcome: "judged", verdicts });
    await deliver(watched);
    expect([...watched.takeAccepted()]).toEqual([0, offsetOf(2)]);
  });

  test("remembers nothing of a request that failed", async () => {
    const watched = new WatchedSink(new ScriptedSink(() => UNAVAILABLE));
    await deliver(watched);
    expect([...watched.takeAccepted()]).toEqual([]);
  });

  test("is opened until it is ready, and then no more", async () => {
    const sink = new ScriptedSink((sent) => judged(sent, () => ({ verdict: "stored" })));
    const watched = new WatchedSink(sink);
    sink.openAnswer = () => UNAVAILABLE;
    expect(await watched.open(signal)).toEqual(UNAVAILABLE);
    sink.openAnswer = () => ({ outcome: "ready" });
    await watched.open(signal);
    await watched.open(signal);
    expect(sink.opened).toBe(2);
    expect(await watched.probe(signal)).toEqual([]);
    await watched.close();
    expect(sink.closed).toBe(1);
  });
});

describe("patience", () => {
  function patience(): Patience {
    return new Patience("search", new VirtualClock());
  }

  test("ends with the fifth failure in a row", () => {
    const tried = patience();
    for (let failure = 1; failure <= 4; failure++) tried.occurred(UNAVAILABLE);
    tried.cleared();
    for (let failure = 1; failure <= 4; failure++) tried.occurred(UNAVAILABLE);
    expect(tried.exhausted.aborted).toBe(false);
    tried.occurred(UNAVAILABLE);
    expect(tried.exhausted.aborted).toBe(true);
    expect(tried.last).toEqual(UNAVAILABLE);
  });

  test("ends at once where only a person can help", () => {
    const tried = patience();
    tried.occurred(BLOCKED);
    expect(tried.exhausted.aborted).toBe(true);
  });

  test("ends at once where the destination wants to be left alone for long", () => {
    const tried = patience();
    tried.occurred({ ...UNAVAILABLE, retryAfterMs: 5000 });
    expect(tried.exhausted.aborted).toBe(false);
    tried.occurred({ ...UNAVAILABLE, retryAfterMs: 60_000 });
    expect(tried.exhausted.aborted).toBe(true);
  });
});
