/**
 * Goal: requests carry signatures that AWS takes, for the right place and with credentials as they are now.
 * Method: a fake server that verifies signatures by itself; credentials from environment, files and a process, as the chain of AWS's library finds them.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openSearchOptions } from "../../../../src/sinks/opensearch/options.ts";
import { OpenSearchTransport } from "../../../../src/sinks/opensearch/transport.ts";
import { systemClock } from "../../../../src/system/clock.ts";
import { requestLine } from "../../../support/documents.ts";
import {
  type FakeOpenSearch,
  type FakeRequest,
  reply,
  startFakeOpenSearch,
} from "../../../support/fake-opensearch.ts";
import { deliverLines, openSearchSink } from "../../../support/opensearch-sink.ts";
import { type AwsSecrets, signatureScope, verifySigV4 } from "../../../support/sigv4.ts";

const KEY = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG" };
const OTHER_KEY = { accessKeyId: "AKIDOTHER", secretAccessKey: "bPxRfiCYEXAMPLEKEY" };
const GET = { method: "GET", path: "/" } as const;
const signal = new AbortController().signal;

let folder: string;
let server: FakeOpenSearch;
let transport: OpenSearchTransport | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "aws-"));
  server = await startFakeOpenSearch();
  // Nothing of the machine that runs the tests.
  for (const name of ["AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_SESSION_TOKEN"])
    vi.stubEnv(name, undefined);
  vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
  vi.stubEnv("AWS_CONFIG_FILE", join(folder, "config"));
  vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", join(folder, "credentials"));
  useKey(undefined);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await transport?.close();
  transport = undefined;
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

function useKey(key: AwsSecrets | undefined): void {
  vi.stubEnv("AWS_ACCESS_KEY_ID", key?.accessKeyId);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", key?.secretAccessKey);
  vi.stubEnv("AWS_SESSION_TOKEN", key?.sessionToken);
}

function writeProfile({ accessKeyId, secretAccessKey }: AwsSecrets): void {
  const text = `[default]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`;
  writeFileSync(join(folder, "credentials"), text);
}

/** A profile with a process, as SSO and roles give it: credentials that end. */
function writeEndingCredentials(
  { accessKeyId, secretAccessKey, sessionToken }: AwsSecrets,
  endsMs: number,
): void {
  const answer = {
    Version: 1,
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
    Expiration: new Date(endsMs).toISOString(),
  };
  writeFileSync(join(folder, "answer.json"), JSON.stringify(answer));
  writeFileSync(
    join(folder, "config"),
    `[default]\ncredential_process = cat ${join(folder, "answer.json")}\n`,
  );
}

function signing(sigv4: object = { region: "us-east-1" }): OpenSearchTransport {
  const options = openSearchOptions.parse({ endpoints: [server.url], auth: { sigv4 } });
  transport = new OpenSearchTransport(options, systemClock);
  return transport;
}

function verdictOf(request: FakeRequest | undefined, key: AwsSecrets): string | undefined {
  if (request === undefined) return "there was no request";
  const { method, headers, sent, url } = request;
  return verifySigV4({ method, headers, body: sent, url: `${url.pathname}${url.search}` }, key);
}

/** Answers as AWS does to a signature by another key. */
function expectKey(key: AwsSecrets): void {
  server.misbehave = (request, response) =>
    verdictOf(request, key) !== undefined &&
    reply(response, 403, { message: "The security token included in the request is invalid." });
}

describe("a signed request", () => {
  it.each(["none", "gzip"] as const)("of documents is right, compression %s", async (compression) => {
    useKey(KEY);
    const auth = { sigv4: { region: "eu-central-1", service: "aoss" as const } };
    const sink = await openSearchSink({ endpoints: [server.url], auth, compression });
    expect(await deliverLines(sink, "audit-2026-04-03.jsonl", [requestLine({ user_id: "用户" })])).toEqual({
      outcome: "stored",
    });
    const [request] = server.requests;
    expect(verdictOf(request, KEY)).toBeUndefined();
    expect(signatureScope({ headers: request?.headers ?? {} })).toMatchObject({
      region: "eu-central-1",
      service: "aoss",
    });
    expect(request?.headers["x-amz-content-sha256"]).toMatch(/^[0-9a-f]{64}$/);
    await sink.close();
  });

  it("is right without a body, with a query, and with characters that are encoded", async () => {
    useKey(KEY);
    const path = "/_index_template/a%2Cb";
    await signing().send({ ...GET, path, query: { filter_path: "a.*,b" } }, signal);
    await signing().send({ ...GET, method: "HEAD", path: "/in-dex_2026.04.03" }, signal);
    expect(server.requests.map((request) => verdictOf(request, KEY))).toEqual([undefined, undefined]);
  });

  it("carries the token of a session", async () => {
    const session = { ...KEY, sessionToken: "token" };
    useKey(session);
    await signing().send(GET, signal);
    expect(verdictOf(server.requests[0], session)).toBeUndefined();
  });
});

describe("credentials", () => {
  it("that are missing block, and are found once they are there", async () => {
    const sent = await signing().send(GET, signal);
    expect(sent).toMatchObject({
      failure: "configuration",
      message: expect.stringContaining("AWS_ACCESS_KEY_ID"),
    });
    expect(server.requests).toHaveLength(0);
    writeProfile(KEY);
    expect(await transport?.send(GET, signal)).toMatchObject({ status: 200 });
    expect(verdictOf(server.requests[0], KEY)).toBeUndefined();
  });

  it("that were replaced in their file are read anew after a refusal", async () => {
    writeProfile(KEY);
    expectKey(KEY);
    expect(await signing().send(GET, signal)).toMatchObject({ status: 200 });
    writeProfile(OTHER_KEY);
    expectKey(OTHER_KEY);
    expect(await transport?.send(GET, signal)).toMatchObject({ status: 403 });
    expect(await transport?.send(GET, signal)).toMatchObject({ status: 200 });
  });

  it("that end soon are replaced without a refusal", async () => {
    const first = { ...KEY, sessionToken: "first" };
    const second = { ...OTHER_KEY, sessionToken: "second" };
    // Within the five minutes before the end the library looks for new ones beside the requests.
    writeEndingCredentials(first, Date.now() + 60_000);
    await signing().send(GET, signal);
    expect(verdictOf(server.requests[0], first)).toBeUndefined();
    writeEndingCredentials(second, Date.now() + 3_600_000);
    await vi.waitFor(
      async () => {
        await transport?.send(GET, signal);
        expect(verdictOf(server.requests.at(-1), second)).toBeUndefined();
      },
      { timeout: 20_000, interval: 20 },
    );
  });

  it("that are expired block, and nothing of the process is told", async () => {
    writeEndingCredentials(KEY, Date.now() - 60_000);
    const sent = await signing().send(GET, signal);
    expect(sent).toMatchObject({
      failure: "configuration",
      message: expect.stringContaining("no AWS credentials"),
    });
    writeFileSync(join(folder, "config"), "[default]\ncredential_process = false --password=hidden\n");
    expect(JSON.stringify(await signing().send(GET, signal))).not.toContain("hidden");
  });

  it("that never come are given up with the request", async () => {
    writeFileSync(join(folder, "config"), "[default]\ncredential_process = sleep 2\n");
    const stop = new AbortController();
    const sent = signing().send(GET, stop.signal);
    stop.abort();
    expect(await sent).toMatchObject({ failure: "aborted" });
  });
});

describe("the region", () => {
  it("is that of the environment if nothing else names one", async () => {
    useKey(KEY);
    vi.stubEnv("AWS_REGION", "ap-south-1");
    await signing({}).send(GET, signal);
    expect(signatureScope({ headers: server.requests[0]?.headers ?? {} })).toMatchObject({
      region: "ap-south-1",
      service: "es",
    });
  });

  it("that nothing names blocks, in one sentence", async () => {
    useKey(KEY);
    expect(await signing({}).send(GET, signal)).toMatchObject({
      failure: "configuration",
      message: expect.stringMatching(/region is not known: set region/),
    });
  });
});
