/**
 * Goal: one holder at a time, and none after the holder's death.
 * Method: two attempts in one process; a real child process that is killed with SIGKILL.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { acquireLock, isLocked } from "../../../src/system/lock.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "lock-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

// The tests run TypeScript through vitest, a child process would not: it takes the lock as acquireLock does.
const HOLDER = `
  const Libsql = require(process.argv[1]);
  const database = new Libsql(process.argv[2], { timeout: 0 });
  database.exec("BEGIN EXCLUSIVE");
  process.stdout.write("held");
  setInterval(() => {}, 1000);
`;

test("a second attempt is refused and told who holds it", () => {
  const path = join(directory, "daemon.lock");
  const first = acquireLock(path, "host a since noon");
  expect(first.held).toBe(true);
  expect(acquireLock(path, "host b")).toEqual({ held: false, holder: "host a since noon" });
  expect(acquireLock(path, "host b")).toEqual({ held: false, holder: "host a since noon" });
  if (first.held) first.release();
});

test("a released lock can be taken again", () => {
  const path = join(directory, "daemon.lock");
  const first = acquireLock(path, "first");
  if (first.held) first.release();
  const second = acquireLock(path, "second");
  expect(second.held).toBe(true);
  expect(acquireLock(path, "third")).toEqual({ held: false, holder: "second" });
  if (second.held) second.release();
});

test("its files are for their owner alone", () => {
  const path = join(directory, "daemon.lock");
  const lock = acquireLock(path, "me");
  for (const name of [path, `${path}.holder`]) expect(statSync(name).mode & 0o777).toBe(0o600);
  if (lock.held) lock.release();
});

test("it is refused while another process holds it and free at once after that was killed", async () => {
  const path = join(directory, "daemon.lock");
  const libsql = createRequire(import.meta.url).resolve("libsql");
  const holder = spawn(process.execPath, ["-e", HOLDER, libsql, path], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    await once(holder.stdout, "data");
    expect(acquireLock(path, "me").held).toBe(false);
    const exited = once(holder, "exit");
    holder.kill("SIGKILL");
    await exited;
    const lock = acquireLock(path, "me");
    expect(lock.held).toBe(true);
    if (lock.held) lock.release();
  } finally {
    holder.kill("SIGKILL");
  }
});

test("whether it is held can be looked at without taking it", () => {
  const path = join(directory, "daemon.lock");
  expect(isLocked(path)).toBe(false);
  const lock = acquireLock(path, "first");
  expect([isLocked(path), isLocked(path)]).toEqual([true, true]);
  if (lock.held) lock.release();
  expect(isLocked(path)).toBe(false);
  const again = acquireLock(path, "second");
  expect(again.held).toBe(true);
  if (again.held) again.release();
});
