/**
 * Goal: a long outage of the server costs neither memory nor lines, and ends without a person.
 * Method: a large backlog, the built daemon with the server's port closed, its resident memory sampled; then the
 * port opens, and all must arrive.
 */
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { traffic } from "../../src/cli/demo/traffic.ts";
import { seededRandom } from "../../src/system/random.ts";
import { type DaemonProcess, Workspace, waitUntil } from "../support/daemon.ts";
import { FaultServer } from "../support/fault-server.ts";
import { SCALE } from "./scale.ts";

const RESIDENT_BYTES_MAX = 200e6;
const BLOCK_LINES = 20_000;

let server: FaultServer;
let workspace: Workspace;

beforeEach(async () => {
  server = await FaultServer.start({ keepsDocuments: false });
  workspace = await Workspace.make({ sinks: { search: { type: "opensearch", endpoints: [server.url] } } });
});

afterEach(async () => {
  await workspace.remove();
  await server.down();
});

/** Writes at least `bytes` of traffic; returns how many lines that were. */
function writeBacklog(directory: string, bytes: number): number {
  const options = { random: seededRandom(SCALE.seed), startMs: Date.UTC(2026, 3, 3), requestsPerMinute: 120 };
  const lines = traffic(options);
  let count = 0;
  for (let written = 0; written < bytes; ) {
    const files = new Map<string, string>();
    for (let line = 0; line < BLOCK_LINES; line++) {
      const { fileName, text } = lines.next().value;
      files.set(fileName, `${files.get(fileName) ?? ""}${text}\n`);
    }
    for (const [name, text] of files) {
      appendFileSync(join(directory, name), text);
      written += Buffer.byteLength(text);
    }
    count += BLOCK_LINES;
  }
  return count;
}

/** Samples the daemon's resident memory until `done` resolves; returns the greatest. */
async function greatestResidentBytes(daemon: DaemonProcess, done: Promise<void>): Promise<number> {
  let isDone = false;
  const finished = done.finally(() => {
    isDone = true;
  });
  let greatest = 0;
  while (!isDone) {
    greatest = Math.max(greatest, daemon.residentBytes() ?? 0);
    await delay(50);
  }
  await finished;
  return greatest;
}

describe("a server that is away while a backlog waits", () => {
  it(
    "costs a bounded amount of memory, and is caught up with once it is back",
    async () => {
      const lines = writeBacklog(workspace.auditDirectory, SCALE.backlogBytes);
      await server.down();
      const daemon = workspace.start("run");
      const duringOutage = await greatestResidentBytes(daemon, delay(SCALE.outageMs, undefined));
      expect(daemon.hasEnded).toBe(false);
      await server.up();
      const all = waitUntil(() => server.store.counts.created >= lines, "all lines at the server", 600_000);
      const whileCatchingUp = await greatestResidentBytes(daemon, all);
      expect(server.store.ids()).toHaveLength(lines);
      expect(duringOutage).toBeGreaterThan(0);
      expect(duringOutage).toBeLessThan(RESIDENT_BYTES_MAX);
      expect(whileCatchingUp).toBeLessThan(RESIDENT_BYTES_MAX);
      expect(await daemon.kill("SIGTERM")).toMatchObject({ code: 0 });
    },
    SCALE.testTimeoutMs,
  );
});
