/**
 * Goal: the status that the files tell, daemon up or down, is the one that the running daemon shows.
 * Method: whole daemons on real folders; what they show is compared with what is read without them.
 */
import { appendFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Config } from "../../../src/config/load.ts";
import type { Daemon } from "../../../src/daemon/daemon.ts";
import { offlineStatus } from "../../../src/daemon/offline-status.ts";
import { keepStatusFile } from "../../../src/daemon/status-file.ts";
import { type LaneStatus, statusReport } from "../../../src/daemon/status-report.ts";
import { systemClock } from "../../../src/system/clock.ts";
import { type Files, systemFiles } from "../../../src/system/files.ts";
import { waitUntil } from "../../support/daemon.ts";
import { requestLine } from "../../support/documents.ts";
import { type FakeOpenSearch, reply, startFakeOpenSearch } from "../../support/fake-opensearch.ts";
import { DaemonFolder } from "./daemon-folder.ts";

const TODAY = "audit-2026-04-03.jsonl";
const TOMORROW = "audit-2026-04-04.jsonl";
const LINE_BYTES = requestLine().length + 1;

let folder: DaemonFolder;
let server: FakeOpenSearch;
let config: Config;
beforeEach(async () => {
  folder = new DaemonFolder();
  server = await startFakeOpenSearch();
  const search = { type: "opensearch", endpoints: [server.url], template: "off" };
  config = await folder.config({ sinks: { search: { ...search, retry: { initial: "1ms", max: "5ms" } } } });
});
afterEach(async () => {
  await folder.remove();
  await server.close();
});

function offline(files: Files = systemFiles): Promise<LaneStatus[]> {
  return offlineStatus(config, folder.state, { files, clock: systemClock, log: folder.recorded.log });
}

function told(lanes: readonly LaneStatus[]) {
  return statusReport(lanes).sinks.map(({ oldest_unacked_seconds: _, files, ...sink }) => ({
    ...sink,
    files: files.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  }));
}

async function save(daemon: Daemon): Promise<void> {
  const ports = { files: systemFiles, clock: systemClock, log: folder.recorded.log };
  await keepStatusFile(folder.state.status, daemon, AbortSignal.abort(), ports);
}

describe("the status without a daemon", () => {
  test("before the first start: everything is still to be delivered", async () => {
    folder.append(TODAY, requestLine(), requestLine());
    const file = { name: TODAY, size: 2 * LINE_BYTES, delivered_offset: 0, partial_bytes: 0 };
    const sink = { lag_bytes: 2 * LINE_BYTES, dead_letters: 0, last_error: null };
    expect(told(await offline())).toEqual([
      { name: "local", type: "store", ...sink, files: [{ ...file, lag_bytes: 2 * LINE_BYTES }] },
      { name: "search", type: "opensearch", ...sink, files: [{ ...file, lag_bytes: 2 * LINE_BYTES }] },
    ]);
  });

  test("without an audit folder there are no files", async () => {
    rmSync(folder.auditDirectory, { recursive: true });
    expect((await offline()).map(({ files }) => files)).toEqual([[], []]);
  });

  test("leaves out what is no audit file", async () => {
    symlinkSync("/etc/hostname", join(folder.auditDirectory, "link.jsonl"));
    writeFileSync(join(folder.auditDirectory, "other.txt"), "x\n");
    expect((await offline()).map(({ files }) => files)).toEqual([[], []]);
  });

  test("is there also where one file may not be read: all of it is still to be delivered", async () => {
    folder.append(TODAY, requestLine());
    folder.append(TOMORROW, requestLine());
    const open: Files["open"] = async (path) => {
      if (path.endsWith(TODAY)) throw Object.assign(new Error("EACCES"), { code: "EACCES" });
      return systemFiles.open(path);
    };
    const [local] = told(await offline({ ...systemFiles, open }));
    expect(local?.files.map(({ lag_bytes }) => lag_bytes)).toEqual([LINE_BYTES, LINE_BYTES]);
  });
});

describe("the same as the daemon shows", () => {
  test("after a drain, with dead letters, an unfinished line, several files and one that has no line yet", async () => {
    folder.append(TODAY, requestLine(), "torn", "");
    appendFileSync(join(folder.auditDirectory, TODAY), '{"unfinished": ');
    folder.append(TOMORROW, requestLine());
    appendFileSync(join(folder.auditDirectory, "audit-2026-04-05.jsonl"), '{"first": ');
    const daemon = await folder.open(config);
    await daemon.run("drain", new AbortController().signal);
    await save(daemon);
    const online = told(daemon.lanes());
    expect(online[0]).toMatchObject({ lag_bytes: 0, dead_letters: 1 });
    expect(online[0]?.files.map(({ partial_bytes }) => partial_bytes)).toEqual([15, 0, 10]);
    expect(told(await offline())).toEqual(online);
    await folder.close(daemon);
    expect(told(await offline())).toEqual(online);
  });

  test("while a sink is blocked, last error included", async () => {
    server.misbehave = (_, response) => {
      reply(response, 403, { error: { type: "security_exception", reason: "no permissions" } });
      return true;
    };
    folder.append(TODAY, requestLine(), requestLine());
    const daemon = await folder.open(config);
    const stop = new AbortController();
    const running = daemon.run("run", stop.signal);
    const lane = (name: string) => daemon.lanes().find((one) => one.name === name);
    await waitUntil(
      () => lane("search")?.state === "blocked" && lane("local")?.fates.stored === 2,
      "the block",
    );
    stop.abort();
    await running;
    await save(daemon);
    const [, search] = told(daemon.lanes());
    expect(search).toMatchObject({ lag_bytes: 2 * LINE_BYTES, last_error: expect.stringMatching(/403/) });
    expect(told(await offline())).toEqual(told(daemon.lanes()));
    expect((await offline())[1]?.oldestUnackedSeconds).toBeGreaterThan(0);
  });

  test("after a rename and a new file under the old name", async () => {
    folder.append(TODAY, requestLine());
    await folder.drain(config);
    renameSync(join(folder.auditDirectory, TODAY), join(folder.auditDirectory, "audit-old.jsonl"));
    folder.append(TODAY, requestLine({ path: "/health" }), requestLine());
    const daemon = await folder.open(config);
    await daemon.run("drain", new AbortController().signal);
    expect(told(await offline())).toEqual(told(daemon.lanes()));
    expect(told(await offline())[1]?.lag_bytes).toBe(0);
  });
});

test("a file that was rewritten is to be delivered from its start", async () => {
  folder.append(TODAY, requestLine(), requestLine());
  await folder.drain(config);
  writeFileSync(join(folder.auditDirectory, TODAY), `${requestLine({ path: "/health" })}\n`.repeat(3));
  const [local] = told(await offline());
  expect(local?.files).toMatchObject([{ delivered_offset: 0, lag_bytes: local?.files[0]?.size }]);
});

test("bodies are a lane of their own, with the daemon up or down", async () => {
  config = await folder.config({ bodies: { store: "file" } });
  folder.append(TODAY, requestLine());
  const lags = async () => told(await offline()).map(({ name, type, lag_bytes }) => [name, type, lag_bytes]);
  expect(await lags()).toEqual([
    ["local", "store", LINE_BYTES],
    ["bodies", "file", LINE_BYTES],
  ]);
  await folder.drain(config);
  expect(await lags()).toEqual([
    ["local", "store", 0],
    ["bodies", "file", 0],
  ]);
});
