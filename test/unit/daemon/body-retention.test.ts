/**
 * Goal: old bodies go at the start and once a day, and what cannot be deleted stops nothing.
 * Method: a folder with days, a clock that the test moves.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { keepBodyRetention } from "../../../src/daemon/body-retention.ts";
import { bodiesOptions } from "../../../src/sinks/bodies/options.ts";
import { RecordingLog } from "../../support/recording-log.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";

const NAME = "0123456789abcdefghi_-Z-4711.json.gz";
const DAY_MS = 86_400_000;

let directory: string;
let recorded: RecordingLog;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "bodies-"));
  recorded = new RecordingLog();
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function addDays(...days: readonly string[]): void {
  for (const day of days) {
    mkdirSync(join(directory, day));
    writeFileSync(join(directory, day, NAME), "");
  }
}

function start(bodies: object, stop: AbortController) {
  const clock = new VirtualClock(Date.UTC(2026, 3, 10));
  const settings = { bodies: bodiesOptions.parse(bodies), state_dir: directory };
  return { clock, done: keepBodyRetention(settings, stop.signal, { clock, log: recorded.log }) };
}

test("old days go at the start, and each day one more", async () => {
  addDays("2026-04-01", "2026-04-03", "2026-04-04", "2026-04-09");
  writeFileSync(join(directory, "2026-04-01", "notes.txt"), "");
  const stop = new AbortController();
  const { clock, done } = start({ store: "file", directory, retention_days: 6 }, stop);
  await vi.waitFor(() => expect(readdirSync(directory)).toEqual(["2026-04-01", "2026-04-04", "2026-04-09"]));
  await vi.waitFor(() => expect(clock.sleeps).toEqual([DAY_MS]));
  await clock.advance(DAY_MS);
  await vi.waitFor(() => expect(readdirSync(directory)).toEqual(["2026-04-01", "2026-04-09"]));
  stop.abort();
  await done;
  expect(recorded.entries.filter(({ level }) => level === "info").map(({ fields }) => fields)).toEqual([
    { days: ["2026-04-03"] },
    { days: ["2026-04-04"] },
  ]);
  expect(recorded.messages("warn")[0]).toContain("hold something else");
});

test("what cannot be deleted is told, and tried again", async () => {
  const file = join(directory, "file");
  writeFileSync(file, "");
  const stop = new AbortController();
  const { clock, done } = start({ store: "file", directory: file, retention_days: 6 }, stop);
  await vi.waitFor(() => expect(clock.sleeps).toEqual([DAY_MS]));
  expect(recorded.entries).toMatchObject([
    { level: "error", fields: { cause: expect.stringContaining("ENOTDIR") } },
  ]);
  stop.abort();
  await done;
});

test.each([{ store: "file" }, { store: "s3", bucket: "mem0-bodies", retention_days: 1 }])(
  "nothing is deleted with %j",
  async (bodies) => {
    addDays("2020-01-01");
    await start({ ...bodies, ...(bodies.store === "file" && { directory }) }, new AbortController()).done;
    expect(readdirSync(directory)).toEqual(["2020-01-01"]);
  },
);
