/**
 * Goal: requests go out signed, once, within their time, and every way in which they end is a value.
 * Method: the AWS SDK before the fake bucket over HTTP.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { AwsS3 } from "../../../../../src/sinks/bodies/s3/client.ts";
import { systemClock } from "../../../../../src/system/clock.ts";
import { BUCKET, FakeS3, refuseAll, S3_VARIABLES } from "../../../../support/fake-s3.ts";
import { s3Client } from "./s3-of.ts";

const PLACE = { Bucket: BUCKET, Key: "bodies/a" };
const signal = new AbortController().signal;

let server: FakeS3;
let opened: AwsS3[] = [];
beforeEach(async () => {
  for (const [name, value] of Object.entries(S3_VARIABLES)) vi.stubEnv(name, value);
  for (const name of ["AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_SESSION_TOKEN"])
    vi.stubEnv(name, undefined);
  server = await FakeS3.start();
});
afterEach(async () => {
  for (const s3 of opened) await s3.close();
  opened = [];
  await server.stop();
  vi.unstubAllEnvs();
});

function client(...parts: [more?: object, clock?: typeof systemClock]): AwsS3 {
  const s3 = s3Client(server, ...parts);
  opened.push(s3);
  return s3;
}

function put(s3: AwsS3, on = signal) {
  return s3.send("PutObject", { ...PLACE, Body: Buffer.from("content"), IfNoneMatch: "*" }, on);
}

describe("a request", () => {
  it("goes out signed, and what was put comes back whole", async () => {
    const s3 = client();
    expect(await put(s3)).toMatchObject({ ok: true });
    expect(server.objects.get("bodies/a")?.toString()).toBe("content");
    expect(server.requests[0]?.headers.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=AKIDTEST\//);
    const read = await s3.send("GetObject", PLACE, signal);
    expect(read).toMatchObject({ ok: true, output: { content: Buffer.from("content") } });
  });

  it("goes out once, however it ends", async () => {
    server.misbehave = refuseAll(503, "SlowDown");
    expect(await put(client())).toMatchObject({ ok: false, name: "SlowDown", status: 503 });
    expect(server.requests).toHaveLength(1);
  });

  it("brings the service's own wish along", async () => {
    server.misbehave = (request, response) => {
      request.resume();
      response.writeHead(503, { "retry-after": "7" }).end("<Error><Code>SlowDown</Code></Error>");
      return true;
    };
    expect(await put(client())).toMatchObject({ name: "SlowDown", retryAfterMs: 7000 });
  });
});

describe("no answer of S3", () => {
  it.each([
    ["HTML", 200, "<html><body>welcome</body></html>"],
    ["nothing", 200, ""],
    ["HTML of a gateway", 502, "<html><body>bad gateway</body></html>"],
    ["JSON", 405, '{"error":"method not allowed"}'],
  ])("is told apart: %s with %i", async (_, status, body) => {
    server.misbehave = (request, response) => {
      request.resume();
      response.writeHead(status, { "content-type": "text/html" }).end(body);
      return true;
    };
    expect(await put(client())).toMatchObject({
      ok: false,
      name: "unreadable",
      status,
      message: `${server.url} answered ${status}, not in the format of S3`,
    });
  });

  it("is a failure of the network where the connection is cut, or nobody listens", async () => {
    const s3 = client();
    server.misbehave = (request) => {
      request.socket.destroy();
      return true;
    };
    expect(await put(s3)).toMatchObject({ ok: false, name: "network" });
    await server.stop();
    expect(await put(s3)).toMatchObject({ ok: false, name: "network", status: undefined });
  });
});

describe("a request that never ends", () => {
  beforeEach(() => {
    server.misbehave = () => true;
  });

  it("ends when its time is over", async () => {
    const impatient = { ...systemClock, sleep: () => systemClock.sleep(50) };
    expect(await put(client({}, impatient))).toMatchObject({ ok: false, name: "timeout" });
  });

  it("ends at once when it is given up, now or before", async () => {
    const giveUp = new AbortController();
    const s3 = client();
    const sent = put(s3, giveUp.signal);
    giveUp.abort();
    expect(await sent).toMatchObject({ ok: false, name: "aborted" });
    expect(await put(s3, giveUp.signal)).toMatchObject({ ok: false, name: "aborted" });
  });
});

describe("what is missing here", () => {
  it("is said, and found once it is there", async () => {
    vi.stubEnv("AWS_ACCESS_KEY_ID", undefined);
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", undefined);
    const s3 = client();
    expect(await put(s3)).toMatchObject({ ok: false, name: "credentials" });
    vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIDTEST");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
    expect(await put(s3)).toMatchObject({ ok: true });
  });

  it("is said of the region and of files too", async () => {
    expect(await put(client({ region: undefined }))).toMatchObject({ name: "configuration" });
    expect(await put(client({ tls: { ca_file: "/nowhere.pem" } }))).toMatchObject({
      name: "configuration",
      message: "tls.ca_file: there is no file /nowhere.pem",
    });
  });
});
