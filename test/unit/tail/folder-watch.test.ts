/**
 * Goal: the folder that stands under the name is watched, also one that comes later, goes, and comes again.
 * Method: a real folder and a notifier that only counts; which inode is watched is up to the file system.
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemFiles } from "../../../src/system/files.ts";
import { silentLog } from "../../../src/system/log.ts";
import { FolderWatch } from "../../../src/tail/folder-watch.ts";
import type { Notifier } from "../../../src/tail/notifier.ts";

let root = "";
let log: string[] = [];
let poke: () => void = () => undefined;
const notifier: Notifier = (_directory, onEvent) => {
  log.push("watch");
  poke = onEvent;
  return async () => {
    log.push("stop");
  };
};
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "folder-watch-"));
  log = [];
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function folderWatch(onEvent: () => void = () => undefined): FolderWatch {
  return new FolderWatch(join(root, "audit_logs"), notifier, onEvent, { files: systemFiles, log: silentLog });
}

test("a missing folder is watched once it is there, and only once", async () => {
  const watch = folderWatch();
  await watch.follow();
  expect(log).toEqual([]);
  mkdirSync(join(root, "audit_logs"));
  await watch.follow();
  await watch.follow();
  expect(log).toEqual(["watch"]);
});

test("a folder that goes and comes again is watched anew", async () => {
  const watch = folderWatch();
  mkdirSync(join(root, "audit_logs"));
  await watch.follow();
  rmSync(join(root, "audit_logs"), { recursive: true });
  await watch.follow();
  expect(log).toEqual(["watch", "stop"]);
  mkdirSync(join(root, "audit_logs"));
  await watch.follow();
  expect(log).toEqual(["watch", "stop", "watch"]);
});

test("events are passed on, and the end is told to the notifier", async () => {
  let events = 0;
  const watch = folderWatch(() => events++);
  mkdirSync(join(root, "audit_logs"));
  await watch.follow();
  poke();
  expect(events).toBe(1);
  await watch.close();
  expect(log).toEqual(["watch", "stop"]);
});
