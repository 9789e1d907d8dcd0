/**
 * Goal: Serverless collections get what they take, and everything else is told in one sentence.
 * Method: a fake server with the rules that AWS documents: signed requests, no cluster, ids only in search collections.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Sink } from "../../../../src/sinks/sink.ts";
import { requestLine } from "../../../support/documents.ts";
import {
  type FakeOpenSearch,
  type Misbehaviour,
  reply,
  startFakeOpenSearch,
} from "../../../support/fake-opensearch.ts";
import { deliverLines, openSearchSink } from "../../../support/opensearch-sink.ts";
import { signatureScope, verifySigV4 } from "../../../support/sigv4.ts";

const KEY = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG" };
const PLACE = { region: "eu-central-1", service: "aoss" } as const;
const NAME = "audit-2026-04-03.jsonl";
const signal = new AbortController().signal;

type Collection = "search" | "time_series";

let server: FakeOpenSearch;
let sink: Sink | undefined;

beforeEach(async () => {
  vi.stubEnv("AWS_PROFILE", undefined);
  vi.stubEnv("AWS_SESSION_TOKEN", undefined);
  vi.stubEnv("AWS_ACCESS_KEY_ID", KEY.accessKeyId);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", KEY.secretAccessKey);
  server = await startFakeOpenSearch();
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await sink?.close();
  await server.close();
});

/** A collection of this type. Without ids it stores whatever comes; with them the fake server takes over. */
function collection(type: Collection, stored: unknown[] = []): Misbehaviour {
  return (request, response) => {
    const { method, headers, url, sent, body } = request;
    const wrong = verifySigV4({ method, headers, url: url.pathname + url.search, body: sent }, KEY);
    const scope = signatureScope(request);
    if (
      wrong !== undefined ||
      headers["x-amz-content-sha256"] === undefined ||
      scope?.region !== PLACE.region
    )
      return reply(response, 403, { status: 403, error: { reason: "403 Forbidden", type: "Forbidden" } });
    if (url.pathname === "/" || url.pathname.startsWith("/_nodes")) return reply(response, 404, "");
    if (type === "search" || !url.pathname.endsWith("/_bulk")) return false;
    const lines = body
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    const items = lines
      .filter((_, number) => number % 2 === 0)
      .map(({ create }, number) => {
        if (create._id !== undefined)
          return refused("Document ID is not supported in create/index operation request");
        if (url.searchParams.has("require_alias"))
          return { create: { status: 404, error: { type: "index_not_found_exception" } } };
        stored.push(lines[2 * number + 1]);
        return { create: { status: 201 } };
      });
    return reply(response, 200, { errors: items.some(({ create }) => create.status !== 201), items });
  };
}

function refused(reason: string) {
  return { create: { status: 400, error: { type: "illegal_argument_exception", reason } } };
}

async function sinkTo(type: Collection | undefined, place: object = PLACE): Promise<Sink> {
  sink = await openSearchSink({
    endpoints: [server.url],
    auth: { sigv4: { ...PLACE, ...place } },
    serverless_collection: type,
  });
  return sink;
}

describe("a search collection", () => {
  it.each(["search", undefined] as const)("has every line once (%s)", async (type) => {
    server.misbehave = collection("search");
    const opened = await sinkTo(type);
    expect(await opened.open(signal)).toEqual({ outcome: "ready" });
    expect(await deliverLines(opened, NAME, [requestLine()])).toEqual({ outcome: "stored" });
    expect(await deliverLines(opened, NAME, [requestLine()])).toMatchObject({
      verdicts: [{ verdict: "duplicate" }],
    });
    const probes = await opened.probe(signal);
    expect(probes.filter(({ ok }) => !ok)).toEqual([]);
    expect(probes.map(({ name }) => name)).not.toContain("ids");
  });
});

describe("a time series collection", () => {
  it("gets documents without ids that carry theirs", async () => {
    const stored: unknown[] = [];
    server.misbehave = collection("time_series", stored);
    const opened = await sinkTo("time_series");
    expect(await opened.open(signal)).toEqual({ outcome: "ready" });
    const lines = [requestLine(), requestLine({ path: "/memory/list" })];
    expect(await deliverLines(opened, NAME, lines)).toEqual({ outcome: "stored" });
    expect(await deliverLines(opened, NAME, lines)).toEqual({ outcome: "stored" });
    const ids = stored.map((document) => (document as { event: { id: string } }).event.id);
    expect(ids).toHaveLength(4);
    expect(ids.slice(2)).toEqual(ids.slice(0, 2));
    expect(ids[0]).toMatch(/^[\w-]{22}-0$/);
  });

  it("is told by check to take lines at least once", async () => {
    server.misbehave = collection("time_series");
    const probes = await (await sinkTo("time_series")).probe(signal);
    expect(probes.filter(({ ok }) => !ok)).toEqual([]);
    expect(probes.find(({ name }) => name === "ids")?.message).toMatch(/at least once.*event\.id/);
  });

  it("that is taken for a search collection blocks, and says what to write", async () => {
    server.misbehave = collection("time_series");
    expect(await deliverLines(await sinkTo(undefined), NAME, [requestLine()])).toMatchObject({
      verdicts: [
        {
          error: {
            isDocumentFault: false,
            reason: expect.stringContaining("serverless_collection: time_series"),
          },
        },
      ],
    });
  });
});

it("a wrong region is told by check and by the daemon, though Serverless only says no", async () => {
  server.misbehave = collection("search");
  const opened = await sinkTo("search", { region: "us-east-1" });
  const sentence = expect.stringMatching(/403 Forbidden.*data access policy.*auth\.sigv4\.region/);
  expect(await deliverLines(opened, NAME, [requestLine()])).toMatchObject({
    outcome: "blocked",
    message: sentence,
  });
  const probes = await opened.probe(signal);
  expect(probes).toContainEqual({ name: "connection", ok: true, message: "the server answers" });
  expect(probes).toContainEqual({ name: "write", ok: false, message: sentence });
});
