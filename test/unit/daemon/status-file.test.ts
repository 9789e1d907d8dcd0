/**
 * Goal: who cannot ask the daemon over HTTP learns from a file how it is, and whether it lives.
 * Method: a view by hand, a clock that the test moves, files in memory.
 */
import { beforeEach, describe, expect, test } from "vitest";
import { isAlive, keepStatusFile, readStatusFile } from "../../../src/daemon/status-file.ts";
import type { DaemonView } from "../../../src/daemon/status-report.ts";
import type { LaneSnapshot } from "../../../src/lane/snapshot.ts";
import { type Files, systemFiles } from "../../../src/system/files.ts";
import { RecordingLog } from "../../support/recording-log.ts";
import { rest, VirtualClock } from "../../support/virtual-clock.ts";

const PATH = "/state/status.json";

let contents: Map<string, string>;
let writes: number;
let failure: Error | undefined;
let clock: VirtualClock;
let recorded: RecordingLog;
let lanes: readonly Partial<LaneSnapshot>[];
const files: Files = {
  ...systemFiles,
  readWhole: async (path) => {
    const content = contents.get(path);
    return content === undefined ? undefined : Buffer.from(content);
  },
  replace: async (path, content) => {
    if (failure !== undefined) throw failure;
    writes++;
    contents.set(path, String(content));
  },
};
const view = { lanes: () => lanes } as unknown as DaemonView;

beforeEach(() => {
  contents = new Map();
  writes = 0;
  failure = undefined;
  clock = new VirtualClock();
  recorded = new RecordingLog();
  lanes = [{ name: "search", state: "blocked", lastError: "403", oldestUnackedSeconds: 0 }];
});

function keep(signal: AbortSignal): Promise<void> {
  return keepStatusFile(PATH, view, signal, { files, clock, log: recorded.log });
}

describe("the status file", () => {
  test("is written at once, every ten seconds, when something changes, and once more at the end", async () => {
    const stop = new AbortController();
    const keeping = keep(stop.signal);
    await rest();
    expect(writes).toBe(1);
    await clock.advance(8000);
    expect(writes).toBe(1);
    await clock.advance(12_000);
    expect(writes).toBe(3);
    lanes = [{ name: "search", state: "idle", lastError: undefined, oldestUnackedSeconds: 0 }];
    await clock.advance(2000);
    expect(writes).toBe(4);
    lanes = [{ name: "search", state: "stopped", lastError: undefined, oldestUnackedSeconds: 0 }];
    stop.abort();
    await keeping;
    expect(writes).toBe(5);
    expect((await readStatusFile(PATH, files))?.lanes[0]?.state).toBe("stopped");
  });

  test("tells the state, the last error and since when the oldest line waits", async () => {
    lanes = [{ name: "search", state: "blocked", lastError: "403", oldestUnackedSeconds: 1.5 }];
    await keep(AbortSignal.abort());
    expect(await readStatusFile(PATH, files)).toEqual({
      updated_ms: clock.nowMs(),
      lanes: [
        { name: "search", state: "blocked", last_error: "403", unacked_since_ms: clock.nowMs() - 1500 },
      ],
    });
  });

  test("that cannot be written is one warning, and delivery goes on", async () => {
    failure = new Error("disk full");
    const stop = new AbortController();
    const keeping = keep(stop.signal);
    await clock.advance(10_000);
    stop.abort();
    await keeping;
    expect(recorded.messages("warn")).toHaveLength(1);
  });

  test.each(["", "{", "[]", '{"updated_ms": "x", "lanes": []}'])(
    "that holds %j counts as none",
    async (content) => {
      contents.set(PATH, content);
      expect(await readStatusFile(PATH, files)).toBeUndefined();
    },
  );

  test("may be missing", async () => {
    expect(await readStatusFile(PATH, files)).toBeUndefined();
  });
});

describe("a daemon", () => {
  const lane = { name: "search", last_error: null, unacked_since_ms: null };

  test.each([
    ["lives if it wrote lately", 29_000, "delivering", true],
    ["lives while its sink is blocked", 1000, "blocked", true],
    ["lives where the clock was set back a little", -29_000, "idle", true],
    ["does not live if it has not written for long", 31_000, "delivering", false],
    ["does not live if the clock was set back a lot", -31_000, "idle", false],
    ["does not live once it said that it stopped", 1000, "stopped", false],
  ])("%s", (_, ageMs, state, expected) => {
    const nowMs = 1_775_000_000_000;
    expect(isAlive({ updated_ms: nowMs - ageMs, lanes: [{ ...lane, state }] }, nowMs)).toBe(expected);
  });

  test("that never wrote does not live", () => {
    expect(isAlive(undefined, 0)).toBe(false);
  });
});
