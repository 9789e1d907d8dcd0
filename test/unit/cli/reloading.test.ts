/**
 * Goal: a secret that changes on the disk reaches the daemon, and nothing that is not valid does.
 * Method: a configuration of real files, a daemon that remembers what it was given, a clock that the test moves.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadConfiguration } from "../../../src/cli/configuration.ts";
import { Reloading } from "../../../src/cli/reloading.ts";
import { valueAt } from "../../../src/config/explain.ts";
import type { Config } from "../../../src/config/load.ts";
import { FileVersions } from "../../../src/system/file-versions.ts";
import { RecordingLog } from "../../support/recording-log.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";
import { reference } from "../config/loading.ts";
import { FakeTerminal } from "./fake-terminal.ts";

let root: string;
let clock: VirtualClock;
let recorded: RecordingLog;
let reloaded: Config[];
let refusal: Error | undefined;
let stop: AbortController;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "reloading-"));
  clock = new VirtualClock();
  recorded = new RecordingLog();
  reloaded = [];
  refusal = undefined;
  stop = new AbortController();
  write("password", "first");
  write("ca.pem", "any");
  write(
    "config.yaml",
    JSON.stringify({
      sinks: {
        search: {
          type: "opensearch",
          endpoints: ["http://127.0.0.1:1"],
          auth: { username: "me", password: reference(`file:${join(root, "password")}`) },
          tls: { ca_file: join(root, "ca.pem") },
        },
      },
    }),
  );
});
afterEach(() => {
  stop.abort();
  rmSync(root, { recursive: true, force: true });
});

function write(name: string, text: string): void {
  writeFileSync(join(root, name), text);
}

function passwords(): unknown[] {
  return reloaded.map(({ sinks }) => valueAt(sinks, ["search", "auth", "password"]));
}

/** Loads, and watches as a daemon does; resolves once it sleeps for the first time. */
async function watch(): Promise<Reloading> {
  const load = (files: FileVersions) =>
    loadConfiguration({ config: join(root, "config.yaml") }, new FakeTerminal(), files);
  const secrets = new FileVersions();
  const loaded = await load(secrets);
  if (!loaded.ok) throw new Error("the configuration of the test is not valid");
  const daemon = {
    reload: async (config: Config) => {
      if (refusal !== undefined) throw refusal;
      reloaded.push(config);
    },
  };
  const reloading = new Reloading(daemon, load, secrets, { clock, log: recorded.log });
  void reloading.watch(loaded.config, stop.signal);
  await clock.runUntil(() => clock.sleeps.length === 2, "two looks");
  return reloading;
}

function looks(number: number): Promise<void> {
  const until = clock.sleeps.length + number;
  return clock.runUntil(() => clock.sleeps.length >= until, `${number} looks`);
}

test("nothing is reloaded while nothing changes, nor because the configuration file does", async () => {
  await watch();
  writeFileSync(join(root, "config.yaml"), " ", { flag: "a" });
  await looks(3);
  expect(reloaded).toEqual([]);
  expect(recorded.entries).toEqual([]);
});

test("a new password is taken over, again and again", async () => {
  await watch();
  for (const password of ["second", "the third"]) {
    write("password", password);
    await clock.runUntil(() => passwords().includes(password), "the reload");
  }
  await looks(3);
  expect(passwords()).toEqual(["second", "the third"]);
  expect(recorded.entries[0]).toMatchObject({ level: "info", fields: { files: [join(root, "password")] } });
  expect(JSON.stringify(recorded.entries)).not.toContain("second");
});

test("a new certificate is taken over, also after a reload for another reason", async () => {
  const reloading = await watch();
  await reloading.reload();
  write("ca.pem", "another");
  await clock.runUntil(() => reloaded.length === 2, "the second reload");
});

test("a file that is gone changes nothing; it is told once, and taken over when it is back", async () => {
  await watch();
  rmSync(join(root, "password"));
  await clock.runUntil(() => recorded.messages("error").length > 0, "the complaint");
  await looks(3);
  expect(reloaded).toEqual([]);
  expect(recorded.entries.at(-1)).toMatchObject({
    level: "error",
    fields: { problems: expect.stringContaining("password does not exist") },
  });
  expect(recorded.messages("error")).toHaveLength(1);
  write("password", "back");
  await clock.runUntil(() => passwords().includes("back"), "the reload");
});

test("what the daemon does not take is told, and tried again with the next change", async () => {
  await watch();
  refusal = new Error("sinks.search: tls.ca_file: expected a PEM file");
  write("ca.pem", "half");
  await clock.runUntil(() => recorded.messages("error").length > 0, "the complaint");
  expect(recorded.entries.at(-1)?.fields).toEqual({ cause: refusal.message });
  refusal = undefined;
  write("ca.pem", "half and half");
  await clock.runUntil(() => reloaded.length === 1, "the reload");
});

test("reloads wait for one another", async () => {
  const reloading = await watch();
  const first = reloading.reload();
  write("password", "second");
  await Promise.all([first, reloading.reload()]);
  expect(passwords().at(-1)).toBe("second");
  expect(reloaded).toHaveLength(2);
});
