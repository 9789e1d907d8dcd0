/**
 * Goal: alerts of a running daemon reach their channels at least once, over restarts, reloads and broken files, and
 * never hold anything up.
 * Method: a daemon written by hand on a clock that is moved, a real state folder, a real receiver on loopback.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Config } from "../../../src/config/load.ts";
import { Alerts, type WatchedDaemon } from "../../../src/daemon/alerts.ts";
import { StateFolder } from "../../../src/daemon/state-folder.ts";
import type { LaneSnapshot } from "../../../src/lane/snapshot.ts";
import { systemFiles } from "../../../src/system/files.ts";
import { seededRandom } from "../../../src/system/random.ts";
import { RecordingLog } from "../../support/recording-log.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";
import { laneSnapshot } from "../alert/lanes.ts";
import { ACCEPT, type Receiver, startReceiver } from "../alert/receiver.ts";
import { configOf } from "../config/loading.ts";

const TIMEOUT_MS = 300_000;

/** Moves the time while real requests are under way, so it must not bring their time limit about. */
class PatientClock extends VirtualClock {
  override sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    if (durationMs < TIMEOUT_MS) return super.sleep(durationMs, signal);
    return new Promise((resolve) => {
      signal?.addEventListener("abort", () => resolve(), { once: true });
    });
  }
}

let root = "";
let receiver: Receiver;
let looks = 0;
let clock: VirtualClock;
let recording: RecordingLog;
let lanes: LaneSnapshot[];
let listeners: unknown[];
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), "alerts-"));
  receiver = await startReceiver();
  clock = new PatientClock();
  looks = 0;
  recording = new RecordingLog();
  lanes = [laneSnapshot()];
  listeners = [];
});
afterEach(async () => {
  rmSync(root, { recursive: true, force: true });
  await receiver.close();
});

const daemon: WatchedDaemon = {
  lanes: () => {
    looks += 1;
    return lanes;
  },
  store: undefined,
  folderProblem: undefined,
  watchRows: (listener) => listeners.push(listener),
};

const state = () => new StateFolder(root);
const late = () => laneSnapshot({ oldestUnackedSeconds: 400 });

function configuration(alerts?: object): Promise<Config> {
  return configOf(JSON.stringify({ instance: "shipper-1", ...(alerts && { alerts }) }));
}

/** Told once: while real work is under way, the time may run far. */
const hook = () => ({
  repeat: "30d",
  channels: { hook: { type: "webhook", url: receiver.url, timeout: "5m" } },
});

interface Running {
  readonly alerts: Alerts;
  stop(): Promise<void>;
}

async function start(config: Config): Promise<Running> {
  const ports = { files: systemFiles, clock, random: seededRandom(1), log: recording.log };
  const alerts = await Alerts.open(config, daemon, state(), ports);
  const stopping = new AbortController();
  const ended = alerts.run(stopping.signal);
  return {
    alerts,
    stop: () => {
      stopping.abort();
      return ended;
    },
  };
}

const news = () =>
  receiver.received
    .map(({ body }) => JSON.parse(body))
    .map(({ status, fingerprint }) => `${status} ${fingerprint}`);

function received(count: number): Promise<void> {
  return clock.runUntil(() => receiver.received.length >= count, `${count} messages`);
}

/** Until so many messages were taken, and that is known here. */
async function delivered(running: Running, count: number): Promise<void> {
  const known = () => running.alerts.deliveries().get("hook")?.delivered ?? 0;
  await clock.runUntil(() => known() >= count, `${count} messages delivered`);
}

/** Each whole, so that all it found is told and remembered: the last one counted may not have ended yet. */
async function someLooks(): Promise<void> {
  const enough = looks + 5;
  await clock.runUntil(() => looks >= enough, "some looks");
}

test("without the key nothing is watched, kept or counted", async () => {
  lanes = [late()];
  const running = await start(await configuration());
  await clock.advance(TIMEOUT_MS);
  await running.stop();
  expect(looks).toBe(0);
  expect(running.alerts.report().enabled).toBe(false);
  expect(existsSync(state().alerts)).toBe(false);
  expect(listeners).toEqual([undefined]);
});

test("news reaches the channel, and is remembered over a restart", async () => {
  const config = await configuration(hook());
  lanes = [late()];
  let running = await start(config);
  await delivered(running, 1);
  expect(running.alerts.report().firing).toMatchObject([
    { fingerprint: "lag:search", told: true, instance: "shipper-1" },
  ]);
  await running.stop();
  expect(statSync(state().alerts).mode & 0o777).toBe(0o600);

  running = await start(config);
  await someLooks();
  lanes = [laneSnapshot()];
  await delivered(running, 1);
  await running.stop();
  expect(news()).toEqual(["firing lag:search", "resolved lag:search"]);
  expect(running.alerts.deliveries().get("hook")).toEqual({ delivered: 1, failed: 0, dropped: 0 });
});

test("what a channel that is down could not be told is told after the restart, the newest only", async () => {
  const config = await configuration(hook());
  receiver.answer = (response) => response.writeHead(500).end();
  lanes = [late()];
  let running = await start(config);
  await received(2);
  expect(running.alerts.report().channels).toEqual([
    { name: "hook", waiting: 1, last_error: "answered 500" },
  ]);
  lanes = [laneSnapshot()];
  await someLooks();
  await running.stop();

  receiver.received.length = 0;
  receiver.answer = ACCEPT;
  running = await start(config);
  await delivered(running, 1);
  await running.stop();
  expect(news()).toEqual(["resolved lag:search"]);
  expect(recording.messages("warn")).toHaveLength(1);
  expect(JSON.stringify(recording.entries)).not.toContain(receiver.url);
});

test("a channel that never answers holds up neither the looks nor the stop", async () => {
  receiver.answer = () => undefined;
  lanes = [late()];
  const running = await start(await configuration(hook()));
  await received(1);
  lanes = [late(), { ...late(), name: "logs" }];
  await clock.runUntil(() => running.alerts.report().firing.length === 2, "the second alert");
  await running.stop();
  const saved = JSON.parse(readFileSync(state().alerts, "utf8"));
  expect(saved.waiting.hook.news).toHaveLength(2);
});

describe("a state file that is of no use", () => {
  test.each(["{", '{"version":99}', ""])("is told and begun anew: %j", async (content) => {
    writeFileSync(state().alerts, content);
    lanes = [late()];
    const running = await start(await configuration(hook()));
    await received(1);
    await running.stop();
    expect(recording.messages("warn")[0]).toMatch(/^what the alerts remembered cannot be read/);
    expect(JSON.parse(readFileSync(state().alerts, "utf8")).version).toBe(1);
  });

  test("and a folder that cannot be written is one warning; alerts are told all the same", async () => {
    rmSync(root, { recursive: true });
    lanes = [late()];
    const running = await start(await configuration(hook()));
    await received(1);
    await someLooks();
    await running.stop();
    expect(recording.messages("warn")).toEqual(["what alerts remember cannot be written; delivery goes on"]);
  });
});

describe("a reload", () => {
  test("switches alerts on and off", async () => {
    lanes = [late()];
    const running = await start(await configuration());
    await running.alerts.reload(await configuration(hook()));
    await received(1);
    expect(listeners.at(-1)).toBeTypeOf("function");
    await running.alerts.reload(await configuration());
    expect(running.alerts.report().enabled).toBe(false);
    expect(listeners.at(-1)).toBeUndefined();
    await running.stop();
  });

  test("takes over rules and channels; one that is gone is told nothing more", async () => {
    const running = await start(await configuration({ channels: { log: { type: "log" } } }));
    await running.alerts.reload(await configuration(hook()));
    lanes = [late()];
    await delivered(running, 1);
    await running.alerts.reload(await configuration({ ...hook(), lag: false }));
    await delivered(running, 2);
    await running.stop();
    expect(news()).toEqual(["firing lag:search", "resolved lag:search"]);
    expect(recording.entries.filter(({ fields }) => "alert" in fields)).toEqual([]);
    expect([...running.alerts.deliveries().keys()]).toEqual(["hook"]);
  });

  test("of another address frees what waits", async () => {
    const running = await start(
      await configuration({ channels: { hook: { type: "webhook", url: "http://127.0.0.1:1/" } } }),
    );
    lanes = [late()];
    await clock.runUntil(() => running.alerts.report().channels[0]?.last_error !== null, "a failure");
    await running.alerts.reload(await configuration(hook()));
    await delivered(running, 1);
    await running.stop();
    expect(news()).toEqual(["firing lag:search"]);
  });
});
