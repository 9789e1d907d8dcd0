/**
 * Goal: dead letters can be looked at, replayed and purged beside a running daemon: each line arrives once.
 * Method: the built program as several processes; a server in memory that refuses first and takes later, and a
 * real OpenSearch whose mapping is mended.
 */
import { randomUUID } from "node:crypto";
import { appendFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import { DEAD_LETTERS_FILE, openDeadLetters } from "../../src/lane/dead-letter-database.ts";
import { silentLog } from "../../src/system/log.ts";
import { openDatabase } from "../../src/system/sqlite.ts";
import { type DaemonProcess, Workspace, waitUntil } from "../support/daemon.ts";
import { requestLine } from "../support/documents.ts";
import { FaultServer } from "../support/fault-server.ts";
import { searchServer } from "../support/servers/search-requests.ts";
import { generationWith, refusedLetter } from "../unit/daemon/letter.ts";

interface Listed {
  readonly total: number;
  readonly items: readonly { readonly id: string; readonly sink: string; readonly attempts: number }[];
}

const FILE = "audit-2026-04-03.jsonl";
const CONFLICT = {
  status: 400,
  type: "mapper_parsing_exception",
  reason: "failed to parse field [status] of type [long]",
};
const NOTHING = { replayed: 0, still_refused: 0, failed: 0 };
const SECRET = "the words of a user";

let workspace: Workspace | undefined;
afterEach(async () => workspace?.remove());

/** Appends lines to the audit file. */
async function append(space: Workspace, ...lines: readonly string[]): Promise<void> {
  await appendFile(join(space.auditDirectory, FILE), lines.map((line) => `${line}\n`).join(""));
}

async function untilTotal(space: Workspace, total: number): Promise<Listed> {
  let listed: Listed | undefined;
  await waitUntil(async () => {
    listed = await space.ask<Listed>("dead-letters", "list");
    return listed.total === total;
  }, `${total} dead letters`);
  return listed ?? { total: 0, items: [] };
}

describe("beside a running daemon", () => {
  let server: FaultServer;
  let space: Workspace;
  let daemon: DaemonProcess;
  let isRefusing = true;

  beforeEach(async () => {
    isRefusing = true;
    server = await FaultServer.start({
      refuse: (document) => (isRefusing && document.includes('"status":"odd"') ? CONFLICT : undefined),
    });
    const search = { type: "opensearch", endpoints: [server.url], index: "audit" };
    space = await Workspace.make({ sinks: { search } });
    workspace = space;
    daemon = space.start("run");
  });
  afterEach(() => server.down());

  it("a refused line is replayed once, and the daemon's count follows", async () => {
    await append(space, requestLine(), requestLine({ status: "odd", query: SECRET }));
    const [letter] = (await untilTotal(space, 1)).items;
    const refused = await space.run("dead-letters", "replay");
    expect(refused).toMatchObject({ code: 1, stdout: "0 replayed, 1 still refused, 0 failed\n" });
    expect((await space.ask<Listed>("dead-letters", "list")).items).toMatchObject([{ attempts: 2 }]);

    isRefusing = false;
    expect(await space.ask("dead-letters", "replay")).toEqual({ ...NOTHING, replayed: 1 });
    expect(await space.ask("dead-letters", "replay")).toEqual(NOTHING);
    expect(server.store.ids()).toContain(letter?.id);
    expect(server.store.counts).toMatchObject({ created: 2, conflicts: 0 });
    const { sinks } = await space.ask<{ sinks: { name: string; dead_letters: number }[] }>("status");
    expect(sinks.find(({ name }) => name === "search")?.dead_letters).toBe(0);

    const { code, stderr } = await daemon.kill("SIGTERM");
    expect(code).toBe(0);
    expect(stderr + refused.stderr).not.toContain(SECRET);
  });

  it("what was kept is sent once the audit file is deleted", async () => {
    await append(space, requestLine({ status: "odd", user_id: "kept" }));
    await untilTotal(space, 1);
    await rm(join(space.auditDirectory, FILE));
    isRefusing = false;
    expect(await space.ask("dead-letters", "replay")).toEqual({ ...NOTHING, replayed: 1 });
    const [document] = [...(server.store.indices.get("audit")?.values() ?? [])];
    expect(JSON.parse(String(document))).toMatchObject({ user_id: "kept", log: { file: { name: FILE } } });
  });

  it("two replays at once deliver each line once, and leave nothing", async () => {
    await append(space, ...Array.from({ length: 300 }, (_, n) => requestLine({ status: "odd", n })));
    await untilTotal(space, 300);
    isRefusing = false;
    const both = await Promise.all([1, 2].map(() => space.run("dead-letters", "replay")));
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(await untilTotal(space, 0)).toMatchObject({ total: 0 });
    expect(server.store.counts).toMatchObject({ created: 300, changedOnResend: 0 });
  });

  it("a letter of the embedded store counts once", async () => {
    await append(space, requestLine());
    interface Usage {
      readonly totals: { readonly requests: number };
    }
    const requests = async () => (await space.ask<Usage>("usage", "--all")).totals.requests;
    await waitUntil(async () => (await requests()) === 1, "the daemon has stored the line");
    const letters = openDeadLetters(join(space.stateDirectory, DEAD_LETTERS_FILE), silentLog);
    for (let time = 1; time <= 2; time++) {
      const other = refusedLetter(generationWith("{}"), 4711, requestLine(), { sink: "local" });
      await letters.add([other]);
      expect(await space.ask("dead-letters", "replay")).toEqual({ ...NOTHING, replayed: 1 });
    }
    letters.close();
    expect(await requests()).toBe(2);
  });

  it("a purge deletes for good, and waits for nobody for ever", async () => {
    await append(space, "torn", "torn, too");
    await untilTotal(space, 4); // Both lines, in the lane of the store and in that of the sink.
    const holder = openDatabase(join(space.stateDirectory, DEAD_LETTERS_FILE), { busyTimeoutMs: 0 });
    holder.execute("BEGIN IMMEDIATE");
    const { code, stderr } = await space.run("dead-letters", "purge", "--yes");
    holder.close();
    expect(code).toBe(1);
    expect(stderr).toContain("in use by another process");
    expect(await space.ask("dead-letters", "purge", "--sink", "search", "--yes")).toEqual({
      selected: 2,
      purged: 2,
    });
    expect((await untilTotal(space, 2)).items.map(({ sink }) => sink)).toEqual(["local", "local"]);
  });
});

const shared = inject("openSearch");

describe.skipIf(shared.url === undefined)("with a real OpenSearch", () => {
  const url = shared.url ?? "";
  const server = searchServer(url);
  const index = `test-${randomUUID().slice(0, 8)}-letters`;
  afterEach(() => server.request("DELETE", `/${index}`));

  it("a line that a strict mapping refused is stored once the mapping knows its field", async () => {
    await server.request("PUT", `/${index}`, {
      mappings: { dynamic: "strict", properties: { ts: { type: "date" } } },
    });
    const search = { type: "opensearch", endpoints: [url], index, template: "off" };
    const space = await Workspace.make({ sinks: { search }, store: { enabled: false } });
    workspace = space;
    await append(space, JSON.stringify({ ts: "2026-04-03T15:24:51Z", status: 200, query: SECRET }));
    expect(await space.run("run", "--once")).toMatchObject({ code: 0 });
    const { items } = await untilTotal(space, 1);
    expect(items).toMatchObject([{ type: "strict_dynamic_mapping_exception", sink: "search" }]);

    await server.request("PUT", `/${index}/_mapping`, { dynamic: true });
    expect(await space.ask("dead-letters", "replay")).toEqual({ ...NOTHING, replayed: 1 });
    const stored = await server.documents(index);
    expect([...stored.keys()]).toEqual(items.map(({ id }) => id));
  });
});
