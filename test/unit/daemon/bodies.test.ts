/**
 * Goal: a daemon with bodies has a lane for them, whose objects are there once, whatever happens to the state; all other
 * lanes refer to them and hold nothing private.
 * Method: daemons in this process, into a folder and before a fake bucket and a fake OpenSearch.
 */
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { bodiesSetup, bodyRules, planBodiesLane } from "../../../src/daemon/bodies.ts";
import { bodyHash } from "../../../src/document/body.ts";
import { systemClock } from "../../../src/system/clock.ts";
import { requestLine } from "../../support/documents.ts";
import { type FakeOpenSearch, startFakeOpenSearch } from "../../support/fake-opensearch.ts";
import { BUCKET, FakeS3, refuseAll, S3_VARIABLES } from "../../support/fake-s3.ts";
import { retrievalLine } from "../../support/retrieval-lines.ts";
import { DaemonFolder } from "./daemon-folder.ts";

const FILE = "audit-2026-04-03.jsonl";
const LINES = [
  requestLine(),
  retrievalLine("planted-query-1", ["planted-memory-1", "planted-memory-2"]),
  "",
  "torn",
  retrievalLine("planted-query-2", []),
];

let folder: DaemonFolder;
let search: FakeOpenSearch;
beforeEach(async () => {
  for (const [name, value] of Object.entries(S3_VARIABLES)) vi.stubEnv(name, value);
  folder = new DaemonFolder();
  search = await startFakeOpenSearch();
  folder.append(FILE, ...LINES);
});
afterEach(async () => {
  await folder.remove();
  await search.close();
  vi.unstubAllEnvs();
});

function config(bodies: object, more: object = {}) {
  const sinks = { search: { type: "opensearch", endpoints: [search.url] } };
  return folder.config({ bodies, sinks, ...more });
}

interface Shipped {
  readonly event: { readonly reference?: string; readonly hash?: string };
}

function documents(): readonly Shipped[] {
  return [...search.documents.values()] as Shipped[];
}

/** All files below a folder, with what they hold. */
function contents(root: string): Map<string, Buffer> {
  const names = readdirSync(root, { recursive: true }).map(String);
  const files = names.filter((name) => statSync(join(root, name)).isFile());
  return new Map(files.map((name) => [name, readFileSync(join(root, name))]));
}

describe("into a folder", () => {
  const directory = () => join(folder.state.path, "bodies");

  test("each retrieval detail has its body, and the books balance", async () => {
    const daemon = await folder.open(await config({ store: "file" }));
    await daemon.run("drain", new AbortController().signal);
    const lane = daemon.lanes().find(({ name }) => name === "bodies");
    expect(lane).toMatchObject({
      ...{ type: "file", linesRead: 5, inFlightLines: 0 },
      fates: { stored: 2, duplicate: 0, skipped: 2, deadLetter: 1 },
    });
    const bodies = [...contents(directory()).values()].map((content) =>
      JSON.parse(gunzipSync(content).toString()),
    );
    expect(bodies.map(({ query }) => query).sort()).toEqual(["planted-query-1", "planted-query-2"]);
  });

  test("documents refer to the bodies, and only those hold what is private", async () => {
    await folder.drain(await config({ store: "file" }, { redact_key: "key" }));
    const referring = documents().filter(({ event }) => event.reference !== undefined);
    expect(referring).toHaveLength(2);
    for (const { event } of referring) {
      const content = gunzipSync(readFileSync(join(directory(), event.reference ?? "")));
      expect(event.hash).toBe(bodyHash(content, "key"));
    }
    expect(JSON.stringify(documents())).not.toContain("planted");
    expect(JSON.stringify(folder.recorded.entries)).not.toContain("planted");
    for (const [name, content] of contents(folder.state.path))
      expect(name.startsWith("bodies/") || !content.includes("planted"), name).toBe(true);
  });

  test("the same bodies are there after the state is lost, byte by byte", async () => {
    const elsewhere = join(folder.root, "kept");
    const settings = await config({ store: "file", directory: elsewhere });
    await folder.drain(settings);
    const before = contents(elsewhere);
    expect(before.size).toBe(2);
    rmSync(folder.state.path, { recursive: true });
    const daemon = await folder.open(settings);
    await daemon.run("drain", new AbortController().signal);
    expect(daemon.lanes().find(({ name }) => name === "bodies")?.fates).toMatchObject({
      stored: 0,
      duplicate: 2,
    });
    expect(contents(elsewhere)).toEqual(before);
    rmSync(elsewhere, { recursive: true });
    rmSync(join(folder.state.path, "checkpoints"), { recursive: true });
    await folder.close(daemon);
    await folder.drain(settings);
    expect(contents(elsewhere)).toEqual(before);
  });

  test("a reload changes neither the place nor the references", async () => {
    const daemon = await folder.open(await config({ store: "file" }));
    await daemon.reload(await config({ store: "s3", bucket: BUCKET }));
    await daemon.run("drain", new AbortController().signal);
    expect(documents().filter(({ event }) => event.reference?.startsWith("2026-04-03/"))).toHaveLength(2);
  });
});

describe("into a bucket", () => {
  let server: FakeS3;
  beforeEach(async () => {
    server = await FakeS3.start();
  });
  afterEach(() => server.stop());

  function inBucket() {
    const place = { bucket: BUCKET, endpoint: server.url, region: "us-east-1", force_path_style: true };
    return { store: "s3", ...place, retry: { initial: "1ms", max: "5ms" } };
  }

  test("documents name the object", async () => {
    await folder.drain(await config(inBucket()));
    const references = documents().flatMap(({ event }) => event.reference ?? []);
    expect(references.toSorted()).toEqual(
      [...server.objects.keys()].map((key) => `s3://${BUCKET}/${key}`).sort(),
    );
    expect(references).toHaveLength(2);
  });

  test("a dead bucket slows nobody else, and each object is there once in the end", async () => {
    let refusals = 0;
    server.misbehave = (request, response) =>
      refusals < 4 && ++refusals > 0 && refuseAll(503, "SlowDown")(request, response);
    await folder.drain(await config(inBucket()));
    expect([...server.writes.values()]).toEqual([1, 1]);

    server.misbehave = refuseAll(403, "AccessDenied");
    folder.append(FILE, retrievalLine("planted-query-3", []));
    const daemon = await folder.open(await config(inBucket()));
    const stop = new AbortController();
    const running = daemon.run("run", stop.signal);
    await vi.waitFor(() => {
      const lanes = new Map(daemon.lanes().map((lane) => [lane.name, lane]));
      expect(lanes.get("search")?.fates.stored).toBe(1);
      expect(lanes.get("bodies")).toMatchObject({
        state: "blocked",
        lastError: expect.stringMatching(/AccessDenied/),
      });
    });
    expect(documents().filter(({ event }) => event.reference !== undefined)).toHaveLength(3);
    stop.abort();
    await running;
  });
});

test("without bodies there is no lane, no reference and nothing to set up", async () => {
  const settings = await folder.config({});
  expect(bodyRules(settings)).toBeUndefined();
  expect(planBodiesLane(settings, systemClock)).toBeUndefined();
  expect(bodiesSetup(settings, systemClock)).toBeUndefined();
  expect(bodiesSetup(await config({ store: "file" }), systemClock)).toBeUndefined();
  expect(bodiesSetup(await config({ store: "s3", bucket: BUCKET }), systemClock)?.steps).toHaveLength(1);
  await folder.drain(settings);
  expect(existsSync(join(folder.state.path, "bodies"))).toBe(false);
});
