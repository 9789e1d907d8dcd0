/**
 * Goal: everything the daemon remembers stands in one private folder, which one daemon has at a time.
 * Method: a real folder.
 */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { StateFolder } from "../../../src/daemon/state-folder.ts";
import { systemClock } from "../../../src/system/clock.ts";
import { systemFiles } from "../../../src/system/files.ts";
import { silentLog } from "../../../src/system/log.ts";
import { batchOf } from "../lane/settling.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "state-folder-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test("it is made, with those above it, for this user alone", async () => {
  const state = new StateFolder(join(root, "a", "state"));
  await state.make(systemFiles);
  await state.make(systemFiles);
  expect(statSync(state.path).mode & 0o777).toBe(0o700);
});

test("all that is remembered stands in it", () => {
  const state = new StateFolder("/state");
  for (const path of [state.store, state.deadLetters, state.status]) expect(path).toMatch(/^\/state\/[^/]+$/);
});

test("one at a time has its lock, and the next one learns who", async () => {
  const state = new StateFolder(root);
  const first = state.lock(systemClock);
  expect(first.held).toBe(true);
  expect(state.lock(systemClock)).toEqual({ held: false, holder: expect.stringMatching(/^a daemon on /) });
  if (first.held) first.release();
  const second = state.lock(systemClock);
  expect(second.held).toBe(true);
  if (second.held) second.release();
});

test("each sink has its own checkpoints", async () => {
  const state = new StateFolder(root);
  await state.make(systemFiles);
  const checkpoints = [batchOf(["a"]).end];
  await state.checkpoints("one", systemFiles, silentLog).save(checkpoints);
  expect(await state.checkpoints("one", systemFiles, silentLog).load()).toEqual(checkpoints);
  expect(await state.checkpoints("two", systemFiles, silentLog).load()).toEqual([]);
});

test("each sink has its own memory", async () => {
  const state = new StateFolder(root);
  await state.memory("one", systemFiles).save({ log_stream: "host" });
  expect(await state.memory("one", systemFiles).load()).toEqual({ log_stream: "host" });
  expect(await state.memory("two", systemFiles).load()).toEqual({});
});
