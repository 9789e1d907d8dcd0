/**
 * Goal: every lane of the configuration can be looked at without its daemon, and files are chosen by their day.
 * Method: folders that a daemon was at work on, or was not yet.
 */
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { filesToVerify, laneNames, openVerifiedLane } from "../../../src/daemon/verified-lanes.ts";
import { SINKS } from "../../../src/sinks/table.ts";
import { systemClock } from "../../../src/system/clock.ts";
import { systemFiles } from "../../../src/system/files.ts";
import { silentLog } from "../../../src/system/log.ts";
import { requestLine } from "../../support/documents.ts";
import { DaemonFolder } from "./daemon-folder.ts";

const SEARCH = { type: "opensearch", endpoints: ["http://127.0.0.1:1"] };

let folder: DaemonFolder;
beforeEach(() => {
  folder = new DaemonFolder();
});
afterEach(() => folder.remove());

async function open(name: string, settings: object = {}) {
  const ports = { files: systemFiles, clock: systemClock, log: silentLog, kinds: SINKS };
  return openVerifiedLane(name, await folder.config(settings), folder.state, ports);
}

test("the lanes are the store's, if it is on, and those of the sinks", async () => {
  expect(laneNames(await folder.config({ sinks: { search: SEARCH } }))).toEqual(["local", "search"]);
  const off = { store: { enabled: false }, sinks: { search: SEARCH } };
  expect(laneNames(await folder.config(off))).toEqual(["search"]);
});

test("bodies are a lane, too, which gets retrieval details alone", async () => {
  const settings = {
    bodies: { store: "file", retention_days: 30 },
    store: { enabled: false },
    sinks: { search: SEARCH },
  };
  const config = await folder.config(settings);
  expect(laneNames(config)).toEqual(["search", "bodies"]);
  const opened = await open("bodies", settings);
  if (opened.outcome !== "open") throw new Error(opened.message);
  const { presence } = opened.lane;
  expect(presence.skips).toBeDefined();
  expect(await presence.retentionMs(new AbortController().signal)).toBe(30 * 86_400_000);
  await presence.close();
});

test("a lane is there with its positions", async () => {
  folder.append("audit-2026-04-03.jsonl", requestLine());
  await folder.drain(await folder.config());
  const opened = await open("local");
  expect(opened).toMatchObject({
    outcome: "open",
    lane: { name: "local", checkpoints: [{ seenAs: "audit-2026-04-03.jsonl" }] },
  });
  if (opened.outcome === "open") await opened.lane.presence.close();
  const sink = await open("search", { sinks: { search: SEARCH } });
  expect(sink).toMatchObject({ outcome: "open", lane: { checkpoints: [] } });
  if (sink.outcome === "open") await sink.lane.presence.close();
});

test("a store that was never made, or cannot be read, is told", async () => {
  expect(await open("local")).toMatchObject({
    ...{ outcome: "unverifiable", message: expect.stringContaining("nothing was stored yet") },
  });
  mkdirSync(folder.state.path);
  writeFileSync(folder.state.store, "not a database at all, and long enough to be looked at");
  expect(await open("local")).toMatchObject({
    outcome: "fault",
    message: expect.stringContaining("store.db"),
  });
});

test("files are chosen by the day in their names, oldest first; links and folders are none", async () => {
  const config = await folder.config();
  for (const name of ["audit-2026-04-05.jsonl", "audit-2026-04-03.jsonl", "audit.jsonl", "notes.txt"])
    folder.append(name, "");
  mkdirSync(join(folder.auditDirectory, "audit-2026-04-04.jsonl"));
  symlinkSync("/etc/passwd", join(folder.auditDirectory, "audit-2026-04-06.jsonl"));
  const names = async (since?: string, until?: string) =>
    (await filesToVerify(config, { since, until }, systemFiles)).map(({ name }) => name);
  expect(await names()).toEqual(["audit-2026-04-03.jsonl", "audit-2026-04-05.jsonl", "audit.jsonl"]);
  expect(await names("2026-04-04")).toEqual(["audit-2026-04-05.jsonl"]);
  expect(await names(undefined, "2026-04-03")).toEqual(["audit-2026-04-03.jsonl"]);
});

test("a folder that is not there yet holds no files", async () => {
  const config = await folder.config({ source: { directory: join(folder.root, "later") } });
  expect(await filesToVerify(config, { since: undefined, until: undefined }, systemFiles)).toEqual([]);
});
