/**
 * Goal: the daemon's beginning and end are orderly: one per state folder, and a stop loses nothing.
 * Method: the built daemon as child processes, ended by SIGTERM or SIGKILL, or started twice.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { seededRandom } from "../../src/system/random.ts";
import { Workspace, waitUntil } from "../support/daemon.ts";
import { anyFault } from "../support/fault-plan.ts";
import { FaultServer } from "../support/fault-server.ts";
import { AuditWriter } from "./audit-writer.ts";
import { difference, expectedFates, NO_DIFFERENCE } from "./expected-fates.ts";
import { SCALE } from "./scale.ts";

const LINES = 4000;

vi.setConfig({ testTimeout: SCALE.testTimeoutMs });

let server: FaultServer;
let workspace: Workspace;

beforeEach(async () => {
  server = await FaultServer.start();
  const sink = { type: "opensearch", endpoints: [server.url], retry: { initial: "10ms", max: "100ms" } };
  workspace = await Workspace.make({ sinks: { search: sink } });
});

afterEach(async () => {
  await workspace.remove();
  await server.down();
});

function writer(): AuditWriter {
  return new AuditWriter(workspace.auditDirectory, seededRandom(SCALE.seed), LINES);
}

/** The lines that are documents: here the server refuses none. */
function expectedIds(): string[] {
  return expectedFates(workspace.auditDirectory).documents.map((line) => line.id);
}

describe("a second daemon on the same state folder", () => {
  it("ends with 1 and names the holder, which goes on", async () => {
    const first = workspace.start("run");
    await writer().write(1000, 200);
    await waitUntil(() => server.store.counts.created > 0, "the first daemon to deliver");
    const second = await workspace.run("run");
    expect(second.code).toBe(1);
    expect(second.stderr).toMatch(/in use by .+ since \d{4}-\d\d-\d\dT/);
    expect(first.hasEnded).toBe(false);
    expect(await first.kill("SIGTERM")).toMatchObject({ code: 0 });
  });

  it("starts at once where the first was killed", async () => {
    const first = workspace.start("run");
    await writer().write(1000, 200);
    await waitUntil(() => server.store.counts.created > 0, "the first daemon to deliver");
    await first.kill("SIGKILL");
    expect(await workspace.run("run", "--once")).toMatchObject({ code: 0 });
    expect(difference(server.store.ids(), expectedIds())).toEqual(NO_DIFFERENCE);
  });
});

describe("SIGTERM", () => {
  it("ends the daemon with 0 while lines are still written, and the next run goes on from there", async () => {
    const lines = writer();
    for (let stop = 1; stop <= 3; stop++) {
      const before = server.bulkRequests;
      const daemon = workspace.start("run");
      const written = lines.write(LINES / 4, 800);
      await waitUntil(() => server.bulkRequests > before, "the daemon to deliver");
      const ended = await daemon.kill("SIGTERM");
      expect(ended, ended.stderr.slice(-2000)).toMatchObject({ code: 0 });
      await written;
    }
    await lines.write(LINES / 4, 10);
    expect(await workspace.run("run", "--once")).toMatchObject({ code: 0 });
    expect(difference(server.store.ids(), expectedIds())).toEqual(NO_DIFFERENCE);
    // An orderly stop waits for its answers: nothing had to be sent again.
    expect(server.store.counts.conflicts).toBe(0);
  });

  it("ends the daemon with 0 while the server fails, and nothing is lost", async () => {
    server.follow(anyFault(seededRandom(SCALE.seed), 0.7));
    const daemon = workspace.start("run");
    await writer().write(LINES, 500);
    await waitUntil(() => server.bulkRequests > 0, "the daemon to deliver");
    expect(await daemon.kill("SIGTERM")).toMatchObject({ code: 0 });
    server.follow();
    expect(await workspace.run("run", "--once")).toMatchObject({ code: 0 });
    expect(difference(server.store.ids(), expectedIds())).toEqual(NO_DIFFERENCE);
    expect(server.store.ids().length).toBeGreaterThan(LINES / 2);
  });
});

describe("`run --once` before a server that is away", () => {
  it("ends with 1 after its time-out, and with 0 once the server is back", async () => {
    await writer().write(500, 10);
    await server.down();
    const failed = await workspace.run("run", "--once", "--timeout", "1s");
    expect(failed.code).toBe(1);
    await server.up();
    expect(await workspace.run("run", "--once")).toMatchObject({ code: 0 });
    expect(difference(server.store.ids(), expectedIds())).toEqual(NO_DIFFERENCE);
  });
});
