/**
 * Goal: where the files end with their host, a stopping daemon leaves nothing behind that it could have delivered.
 * Method: the built program, told to stop in the moment after lines were written; what it delivered is compared with what was written.
 */
import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { auditLines } from "../support/audit-lines.ts";
import { Workspace, waitUntil } from "../support/daemon.ts";
import { FaultServer } from "../support/fault-server.ts";

const LINES = 2000;

let workspace: Workspace | undefined;
let server: FaultServer | undefined;
afterEach(async () => {
  await workspace?.remove();
  await server?.down();
});

it("delivers what was written last before it ends", async () => {
  server = await FaultServer.start();
  const search = { type: "opensearch", endpoints: [server.url] };
  const space = await Workspace.make({ drain_on_stop: true, sinks: { search } });
  workspace = space;
  const daemon = space.start("run");
  await waitUntil(async () => (await space.run("status", "--healthy")).code === 0, "the daemon at work");
  const texts = auditLines(LINES).map(({ text }) => `${text}\n`);
  await appendFile(join(space.auditDirectory, "audit-2026-04-03.jsonl"), texts.join(""));
  expect(await daemon.kill("SIGTERM")).toMatchObject({ code: 0 });
  expect(server.store.ids()).toHaveLength(LINES);
  const { sinks } = await space.ask<{ sinks: readonly { lag_bytes: number }[] }>("status");
  expect(sinks.map(({ lag_bytes }) => lag_bytes)).toEqual([0, 0]);
});

it("does not wait longer than its deadline for a destination that is down", async () => {
  const search = { type: "opensearch", endpoints: ["http://127.0.0.1:9"] };
  const settings = { drain_on_stop: true, shutdown_timeout: "2s", sinks: { search } };
  const space = await Workspace.make(settings);
  workspace = space;
  const daemon = space.start("run");
  await waitUntil(async () => (await space.run("status", "--healthy")).code === 0, "the daemon at work");
  await appendFile(join(space.auditDirectory, "audit-2026-04-03.jsonl"), `${auditLines(1)[0]?.text}\n`);
  expect(await daemon.kill("SIGTERM")).toMatchObject({ code: 0 });
  const { sinks } = await space.ask<{ sinks: readonly { name: string; lag_bytes: number }[] }>("status");
  expect(sinks.find(({ name }) => name === "search")?.lag_bytes).toBeGreaterThan(0);
});
