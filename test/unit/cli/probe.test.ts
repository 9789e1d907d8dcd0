/**
 * Goal: every probe says what it found and what to do, never rejects, and never leaves a sink open.
 * Method: a machine made of functions; sinks that answer, fail, throw or never come back.
 */
import { expect, test } from "vitest";
import { z } from "zod";
import { type Machine, runProbes } from "../../../src/cli/probe.ts";
import { loadConfig } from "../../../src/config/load.ts";
import type { ProbeResult, Sink } from "../../../src/sinks/sink.ts";
import { systemClock } from "../../../src/system/clock.ts";
import { type FileStat, systemFiles } from "../../../src/system/files.ts";
import { configOf } from "../config/loading.ts";

const FOLDER: FileStat = { kind: "directory", inode: "1", sizeBytes: 0, modifiedMs: 0 };
const GIBIBYTE = 1024 ** 3;

function machine(
  parts: {
    probes?: Partial<Machine["probes"]>;
    files?: Partial<Machine["files"]>;
    kinds?: Machine["kinds"];
  } = {},
): Machine {
  return {
    files: { list: async () => [], stat: async () => FOLDER, open: systemFiles.open, ...parts.files },
    probes: {
      readRefusal: async () => undefined,
      writeRefusal: async () => undefined,
      freeBytes: async () => GIBIBYTE,
      listenRefusal: async () => undefined,
      ...parts.probes,
    },
    // Every wait is over at once.
    clock: { nowMs: () => 0, monotonicMs: () => 0, sleep: async () => undefined },
    kinds: parts.kinds ?? {},
  };
}

async function probe(on: Machine, sinks = {}): Promise<Record<string, ProbeResult>> {
  const loaded = await loadConfig({ environment: {}, files: { readWhole: async () => undefined } });
  if (!loaded.ok) throw new Error("the defaults must load");
  const results = await runProbes({ ...loaded.config, sinks }, on, { isOffline: false });
  return Object.fromEntries(results.map((result) => [result.name, result]));
}

test("where all is well every probe says so", async () => {
  const results = Object.values(await probe(machine()));
  expect(results.map(({ ok }) => ok)).toEqual([true, true, true, true]);
});

test.each([
  ["audit folder", { readRefusal: async () => "EACCES" }, "cannot be read (EACCES)"],
  ["state folder", { writeRefusal: async () => "EROFS" }, "cannot be written to (EROFS)"],
  ["state folder", { freeBytes: async () => 1024 }, "only 0 MiB are free; make room"],
  ["http", { listenRefusal: async () => "EACCES" }, "cannot be listened on (EACCES)"],
])("%s fails", async (name, probes, message) => {
  const result = (await probe(machine({ probes })))[name];
  expect(result).toMatchObject({ ok: false, message: expect.stringContaining(message) });
});

test("a port in use is no failure: the daemon itself may hold it", async () => {
  const results = await probe(machine({ probes: { listenRefusal: async () => "EADDRINUSE" } }));
  expect(results["http"]).toMatchObject({ ok: true, message: expect.stringContaining("in use") });
});

test("a probe that throws is a failed probe", async () => {
  const list = async () => {
    throw Object.assign(new Error("disk"), { code: "EIO" });
  };
  const results = await probe(machine({ files: { list } }));
  expect(results["audit folder"]).toMatchObject({ ok: false, message: "cannot be examined (EIO)" });
});

const SETTINGS = { type: "fake", retry: { initial: 1, max: 1 } };

/** A kind of sink whose `probe` is `answer`. */
function fakeKinds(answer: Sink["probe"], closed: string[]): Machine["kinds"] {
  const create = async () =>
    ({
      probe: answer,
      close: async () => {
        closed.push("closed");
      },
    }) as unknown as Sink;
  return { fake: { options: z.strictObject({}), create } };
}

test("what a sink finds is told under its name, and the sink is closed", async () => {
  const closed: string[] = [];
  const kinds = fakeKinds(async () => [{ name: "connection", ok: false, message: "refused" }], closed);
  const results = await probe(machine({ kinds }), { search: SETTINGS });
  expect(results["sink search: connection"]).toMatchObject({ ok: false, message: "refused" });
  expect(closed).toEqual(["closed"]);
});

test("a sink that throws, or that waits for ever, is a failed probe, and is closed", async () => {
  const closed: string[] = [];
  const throwing = fakeKinds(async () => Promise.reject(new Error("broken")), closed);
  expect((await probe(machine({ kinds: throwing }), { search: SETTINGS }))["sink search"]).toMatchObject({
    ok: false,
    message: "broken",
  });
  const waiting = fakeKinds(
    (signal) =>
      new Promise((_resolve, reject) => {
        if (signal.aborted) reject(new Error("took too long"));
        signal.addEventListener("abort", () => reject(new Error("took too long")));
      }),
    closed,
  );
  expect((await probe(machine({ kinds: waiting }), { search: SETTINGS }))["sink search"]).toMatchObject({
    ok: false,
    message: "took too long",
  });
  expect(closed).toEqual(["closed", "closed"]);
});

test("the place of bodies is probed like a sink; a bucket is not asked offline", async () => {
  const probeBodies = async (bodies: object, isOffline: boolean) => {
    const config = await configOf(JSON.stringify({ bodies, state_dir: "/proc/none" }));
    const results = await runProbes(config, { ...machine(), clock: systemClock }, { isOffline });
    return results.filter(({ name }) => name.startsWith("bodies"));
  };
  for (const isOffline of [true, false])
    expect(await probeBodies({ store: "file" }, isOffline)).toMatchObject([{ name: "bodies: folder" }]);
  const bucket = { store: "s3", bucket: "mem0-bodies", region: "us-east-1", endpoint: "http://127.0.0.1:9" };
  expect(await probeBodies(bucket, true)).toEqual([]);
  expect(await probeBodies(bucket, false)).toMatchObject([{ name: "bodies: bucket", ok: false }]);
});

test("alert channels are named, not tried; a file of tls that is missing is told", async () => {
  const tls = { ca_file: "/nowhere.pem" };
  const channels = {
    team: { type: "slack", url: "https://hidden.example" },
    hook: { type: "webhook", url: "https://hidden.example", tls },
  };
  const config = await configOf(JSON.stringify({ alerts: { channels } }));
  const results = (await runProbes(config, machine(), { isOffline: true })).filter(({ name }) =>
    name.startsWith("alert"),
  );
  expect(results).toEqual([
    {
      name: "alert channel team",
      ok: true,
      message: "slack; to try it: mem0-audit-shipper alerts test --channel team",
    },
    { name: "alert channel hook", ok: false, message: "tls.ca_file: there is no file /nowhere.pem" },
  ]);
});
