/**
 * Goal: every retrieval detail has its body once, whatever is killed, lost or refused on the way.
 * Method: the built daemon as a process, into a folder and before moto with versions, through a proxy that loses answers;
 * it is killed (SIGKILL) again and again.
 */
import { randomUUID } from "node:crypto";
import { appendFileSync, existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { bodyHash } from "../../src/document/body.ts";
import { seededRandom } from "../../src/system/random.ts";
import { Workspace, waitUntil } from "../support/daemon.ts";
import { requestLine } from "../support/documents.ts";
import { FakeS3, refuseAll, S3_VARIABLES } from "../support/fake-s3.ts";
import { FaultProxy } from "../support/fault-proxy.ts";
import { FaultServer } from "../support/fault-server.ts";
import { retrievalLine } from "../support/retrieval-lines.ts";
import { S3Bucket } from "../support/s3-bucket.ts";
import { motoIfPossible } from "../support/servers/moto.ts";
import { expectedFates } from "../torture/expected-fates.ts";

const DAY = "2026-04-03";
const KILLS = 6;
const LINES_PER_KILL = 60;
const FAST = { retry: { initial: "5ms", max: "50ms" } };
const SLOW_DOWN = { status: 503, body: "<Error><Code>SlowDown</Code></Error>" };

const moto = await motoIfPossible();
let workspace: Workspace;
let written = 0;

beforeEach(() => {
  written = 0;
});
afterEach(() => workspace.remove());
afterAll(async () => {
  await moto?.stop();
});

/** Appends lines; one in three is a retrieval detail with texts of its own. */
function write(count: number): void {
  const lines = Array.from({ length: count }, () => {
    written += 1;
    if (written % 3 !== 0) return requestLine({ elapsed_ms: written });
    return retrievalLine(`query ${written}`, [`memory ${written}`, "昨日の記憶"]);
  });
  appendFileSync(
    join(workspace.auditDirectory, `audit-${DAY}.jsonl`),
    lines.map((line) => `${line}\n`).join(""),
  );
}

/** The body of each line that must have one, by its name. */
function expectedBodies(): Map<string, unknown> {
  const details = expectedFates(workspace.auditDirectory).documents.filter(({ record }) => "query" in record);
  return new Map(
    details.map(({ id, file, offset, record }) => [
      `${DAY}/${id}.json.gz`,
      { id, "@timestamp": record["ts"], file, offset, query: record["query"], results: record["results"] },
    ]),
  );
}

function unpacked(content: Buffer): unknown {
  return JSON.parse(gunzipSync(content).toString());
}

async function runOnce(): Promise<void> {
  const ended = await workspace.run("run", "--once", "--timeout", "2m");
  expect(ended, ended.stderr.slice(-2000)).toMatchObject({ code: 0 });
}

/** Kills the daemon again and again, each time after it has done a little more; then lets it finish. */
async function killAndFinish(progress: () => number): Promise<void> {
  for (let kill = 0; kill < KILLS; kill++) {
    write(LINES_PER_KILL);
    const before = progress();
    const daemon = workspace.start("run");
    await waitUntil(() => progress() >= before + 3 + kill, "some bodies");
    expect(await daemon.kill("SIGKILL")).toMatchObject({ signal: "SIGKILL" });
  }
  await runOnce();
}

describe.skipIf(moto === undefined)("before moto", () => {
  let bucket: S3Bucket;
  let proxy: FaultProxy;

  beforeEach(async () => {
    const target = moto?.url ?? "";
    bucket = await S3Bucket.make(target, `bodies-${randomUUID()}`);
    proxy = await FaultProxy.start({
      ...{ target, random: seededRandom(17), share: 0.3, throttling: SLOW_DOWN },
      delivers: ({ method }) => method === "PUT",
    });
    workspace = await Workspace.make({ bodies: settings(), store: { records: false } }, S3_VARIABLES);
  });
  afterEach(async () => {
    bucket.close();
    await proxy.stop();
  });

  function settings(more: object = {}) {
    const place = { endpoint: proxy.url, region: "us-east-1", force_path_style: true, bucket: bucket.name };
    return { store: "s3", ...place, ...FAST, ...more };
  }

  async function expectOnce(): Promise<void> {
    const expected = expectedBodies();
    const versions = await bucket.versions();
    expect([...versions.keys()].sort()).toEqual([...expected.keys()].map((name) => `bodies/${name}`).sort());
    expect([...versions.values()].filter((count) => count !== 1)).toEqual([]);
    for (const [name, body] of expected)
      expect(unpacked(await bucket.content(`bodies/${name}`))).toEqual(body);
  }

  it("each object is written once, through kills, lost answers and a lost state", async () => {
    await killAndFinish(() => proxy.deliveries);
    expect(expectedBodies().size).toBe((KILLS * LINES_PER_KILL) / 3);
    await expectOnce();
    for (const fault of ["answer_lost", "cut_in_answer", "too_many_requests"] as const)
      expect(proxy.faults.get(fault), fault).toBeGreaterThan(0);

    await workspace.removeState();
    await runOnce();
    await expectOnce();
    const lines = KILLS * LINES_PER_KILL;
    const { files } = await workspace.ask<{ files: object[] }>("verify", "--sink", "bodies");
    expect(files).toMatchObject([{ lines, stored: lines / 3, skipped: lines - lines / 3, missing: 0 }]);
  });

  it("`check` finds it in order and leaves nothing, `setup` makes the lifecycle rule once, `bodies show` reads", async () => {
    await workspace.remove();
    workspace = await Workspace.make(
      { bodies: settings({ retention_days: 30 }), redact_key: "key" },
      S3_VARIABLES,
    );
    const { ok, checks } = await workspace.ask<{ ok: boolean; checks: { name: string; message: string }[] }>(
      "check",
    );
    expect(ok).toBe(true);
    expect(checks.find(({ name }) => name.startsWith("bodies"))?.message).toContain("objects can be put");
    expect((await bucket.versions()).size + (await bucket.openUploads())).toBe(0);

    type Outcome = { sinks: { name: string; steps: { outcome: string }[] }[] };
    const outcomes = async (...more: readonly string[]) =>
      (await workspace.ask<Outcome>("setup", "--sink", "bodies", ...more)).sinks[0]?.steps.map(
        ({ outcome }) => outcome,
      );
    expect(await outcomes("--dry-run")).toEqual(["would_create"]);
    expect(await outcomes()).toEqual(["created"]);
    expect(await outcomes()).toEqual(["already_there"]);

    write(6);
    await runOnce();
    const [[name, body] = ["", {}]] = expectedBodies();
    const json = JSON.stringify(body);
    const shown = await workspace.run(
      "bodies",
      "show",
      `s3://${bucket.name}/bodies/${name}`,
      "--hash",
      bodyHash(json, "key"),
    );
    expect(shown).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(shown.stdout)).toEqual(body);
  });
});

describe("before a bucket that refuses", () => {
  it("says in one sentence what to do, delivers elsewhere, and goes on once it may", async () => {
    const server = await FakeS3.start();
    const search = await FaultServer.start();
    try {
      server.misbehave = refuseAll(403, "AccessDenied");
      const place = {
        endpoint: server.url,
        region: "us-east-1",
        force_path_style: true,
        bucket: "mem0-bodies",
      };
      const sinks = { search: { type: "opensearch", endpoints: [search.url] } };
      workspace = await Workspace.make({ bodies: { store: "s3", ...place, ...FAST }, sinks }, S3_VARIABLES);
      write(9);
      const daemon = workspace.start("run");
      await waitUntil(() => search.store.ids().length === 9, "the documents");
      await waitUntil(() => server.requests.length > 3, "some attempts");
      type Status = { sinks: { name: string; type: string; lag_bytes: number; last_error: string | null }[] };
      let told: Status["sinks"][number] | undefined;
      await waitUntil(async () => {
        told = (await workspace.ask<Status>("status")).sinks.find(({ name }) => name === "bodies");
        return told?.last_error !== null && told !== undefined;
      }, "the error in the status");
      expect(told).toMatchObject({
        type: "s3",
        last_error: expect.stringMatching(/^S3 answered AccessDenied \(403\): allow/),
      });
      expect(told?.lag_bytes).toBeGreaterThan(0);

      server.misbehave = () => false;
      await waitUntil(() => server.objects.size === 3, "the bodies");
      const { stderr } = await daemon.kill("SIGTERM");
      expect(stderr.split("\n").filter((line) => line.includes("AccessDenied"))).toHaveLength(1);
      expect([...server.writes.values()]).toEqual([1, 1, 1]);
    } finally {
      await server.stop();
      await search.down();
    }
  });
});

describe("into a folder", () => {
  const directory = () => join(workspace.stateDirectory, "bodies");

  function names(): string[] {
    return existsSync(directory())
      ? readdirSync(directory()).flatMap((day) =>
          readdirSync(join(directory(), day)).map((name) => `${day}/${name}`),
        )
      : [];
  }

  it("each file is there once and whole, through kills and lost checkpoints", async () => {
    workspace = await Workspace.make({ bodies: { store: "file", ...FAST } });
    await killAndFinish(() => names().length);
    const expected = expectedBodies();
    expect(
      names()
        .filter((name) => name.startsWith(DAY))
        .sort(),
    ).toEqual([...expected.keys()].sort());
    const contents = () =>
      new Map([...expected.keys()].map((name) => [name, readFileSync(join(directory(), name))]));
    const before = contents();
    for (const [name, content] of before) expect(unpacked(content)).toEqual(expected.get(name));
    const changed = () =>
      [...expected.keys()].map((name) => statSync(join(directory(), name), { bigint: true }).mtimeNs);
    const times = changed();

    await rm(join(workspace.stateDirectory, "checkpoints"), { recursive: true });
    await runOnce();
    expect(contents()).toEqual(before);
    expect(changed()).toEqual(times);
  });
});
