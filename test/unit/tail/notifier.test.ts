/**
 * Goal: notifications come for a folder that is there.
 * Method: chokidar on a real folder; events are only counted, since which ones come is up to the system.
 */
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { chokidarNotifier, noNotifier } from "../../../src/tail/notifier.ts";
import { waitUntil } from "../../support/daemon.ts";
import { RecordingLog } from "../../support/recording-log.ts";

let root = "";
let events = 0;
let close: () => Promise<void>;
const recorded = new RecordingLog();
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "notifier-"));
  events = 0;
});
afterEach(async () => {
  await close();
  rmSync(root, { recursive: true, force: true });
});

function watch(directory: string): void {
  close = chokidarNotifier(directory, () => events++, recorded.log);
}

/** Does something again and again until it is noticed: the watcher may not have begun yet. */
async function noticed(action: () => void, what: string): Promise<void> {
  const before = events;
  await waitUntil(() => {
    action();
    return events > before;
  }, what);
}

test("a file that grows is noticed", async () => {
  const directory = join(root, "audit_logs");
  mkdirSync(directory);
  writeFileSync(join(directory, "a.jsonl"), "1\n");
  watch(directory);
  await noticed(() => appendFileSync(join(directory, "a.jsonl"), "2\n"), "the growth");
  expect(recorded.entries).toEqual([]);
});

test("what happens beside the folder is not noticed", async () => {
  const directory = join(root, "audit_logs");
  mkdirSync(directory);
  watch(directory);
  const names: string[] = [];
  await noticed(() => {
    names.push(`other-${names.length}.txt`);
    writeFileSync(join(root, names.at(-1) ?? ""), "x");
    if (names.length > 20) writeFileSync(join(directory, "a.jsonl"), `${names.length}\n`);
  }, "a file in the folder");
  expect(names.length).toBeGreaterThan(20);
});

test("no notifier tells nothing and closes", async () => {
  close = noNotifier(root, () => events++, recorded.log);
  writeFileSync(join(root, "a.jsonl"), "1\n");
  await close();
  expect(events).toBe(0);
});
