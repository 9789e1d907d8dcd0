/**
 * Goal: requests go out signed, once, and every way in which they end is a value.
 * Method: the AWS SDK against the strict double of the service over HTTP, which verifies signatures itself.
 */
import { createServer, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { z } from "zod";
import { AwsLogs } from "../../../../src/sinks/cloudwatch/client.ts";
import { cloudWatchOptions } from "../../../../src/sinks/cloudwatch/options.ts";
import { systemClock } from "../../../../src/system/clock.ts";
import { isOpensslMissing, makeCertificates } from "../../../support/certificates.ts";
import { CLOUDWATCH_SECRETS, FakeCloudWatch } from "../../../support/fake-cloudwatch.ts";
import { type CloudWatchFault, FALSE_ANSWERS } from "../../../support/fake-cloudwatch-faults.ts";
import { VirtualClock } from "../../../support/virtual-clock.ts";

const GROUP = "/mem0/audit-logs";
const PUT = {
  logGroupName: GROUP,
  logStreamName: "one",
  logEvents: [] as { timestamp: number; message: string }[],
};

let server: FakeCloudWatch;
let opened: AwsLogs[] = [];
const closing: (() => void)[] = [];
beforeEach(async () => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", CLOUDWATCH_SECRETS.accessKeyId);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", CLOUDWATCH_SECRETS.secretAccessKey);
  vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
  for (const name of ["AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_SESSION_TOKEN"])
    vi.stubEnv(name, undefined);
  for (const name of ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"]) vi.stubEnv(name, "/dev/null");
  server = await FakeCloudWatch.start();
});
afterEach(async () => {
  for (const logs of opened) await logs.close();
  opened = [];
  for (const close of closing.splice(0)) close();
  await server.down();
  vi.unstubAllEnvs();
});

function client(configuration: z.input<typeof cloudWatchOptions> = {}, clock = systemClock): AwsLogs {
  const options = cloudWatchOptions.parse({ endpoint: server.url, region: "eu-west-1", ...configuration });
  const logs = new AwsLogs(options, clock);
  opened.push(logs);
  return logs;
}

const signal = new AbortController().signal;

async function put(logs: AwsLogs, messages: readonly string[] = ["{}"]) {
  const logEvents = messages.map((message) => ({ timestamp: Date.now(), message }));
  return logs.send("PutLogEvents", { ...PUT, logEvents }, signal);
}

async function makeStream(logs: AwsLogs): Promise<void> {
  await logs.send("CreateLogGroup", { logGroupName: GROUP }, signal);
  await logs.send("CreateLogStream", { logGroupName: GROUP, logStreamName: "one" }, signal);
}

function failAll(fault: CloudWatchFault): void {
  server.plan = (operation) => (operation === "PutLogEvents" ? fault : "none");
}

describe("a request", () => {
  it("is answered, with the time of the service", async () => {
    const logs = client();
    expect(await logs.send("CreateLogGroup", { logGroupName: GROUP }, signal)).toMatchObject({ ok: true });
    const { output, serverTimeMs } = (await logs.send("DescribeLogGroups", {}, signal)) as {
      output: object;
      serverTimeMs: number;
    };
    expect(output).toMatchObject({ logGroups: [{ logGroupName: GROUP }] });
    expect(Math.abs(serverTimeMs - Date.now())).toBeLessThan(60_000);
  });

  it("brings every character as it is", async () => {
    const logs = client();
    await makeStream(logs);
    const messages = ['{"a":"日本 é \\u0000 \\ud800 🙂"}'];
    await put(logs, messages);
    expect(server.store.events().map(({ message }) => message)).toEqual(messages);
  });

  it.each<[CloudWatchFault, object]>([
    ["throttled", { name: "ThrottlingException", status: 400, mayBeDone: false }],
    ["unavailable", { name: "ServiceUnavailableException", status: 500, mayBeDone: true }],
    ["unrecognized_client", { name: "UnrecognizedClientException", mayBeDone: false }],
    ["access_denied", { name: "AccessDeniedException", mayBeDone: false }],
    ["too_large", { status: 413, mayBeDone: false }],
    ["bad_gateway_html", { name: "unreadable", status: 502, mayBeDone: true }],
    ["cut_before_storing", { name: "network", mayBeDone: true }],
    ["answer_lost", { name: "network", mayBeDone: true }],
    ["cut_in_answer", { name: "unreadable", mayBeDone: true }],
    ...FALSE_ANSWERS.map(
      (fault) => [fault, { name: "unreadable", mayBeDone: true }] as [CloudWatchFault, object],
    ),
  ])("that meets %s is sent once, and failed: %j", async (fault, expected) => {
    const logs = client();
    await makeStream(logs);
    failAll(fault);
    expect(await put(logs)).toMatchObject({ ok: false, ...expected });
    expect(server.faults.get(fault)).toBe(1);
  });

  it("to which nobody answers ends after its time", async () => {
    const clock = new VirtualClock(Date.now());
    const logs = client({ request_timeout: "7s" }, clock);
    server.plan = () => "hang";
    const sending = put(logs);
    await vi.waitUntil(() => server.faults.get("hang") === 1);
    await clock.advance(7000);
    expect(await sending).toMatchObject({ ok: false, name: "timeout", mayBeDone: true });
  });

  it("is given up when the lane says so", async () => {
    const logs = client();
    server.plan = () => "hang";
    const stop = new AbortController();
    const sending = logs.send("PutLogEvents", PUT, stop.signal);
    stop.abort();
    expect(await sending).toMatchObject({ ok: false, name: "aborted" });
    expect(await logs.send("PutLogEvents", PUT, stop.signal)).toMatchObject({ ok: false, name: "aborted" });
  });

  it("does not come through if nobody listens, and does once somebody does", async () => {
    const logs = client();
    await makeStream(logs);
    await server.down();
    expect(await put(logs)).toMatchObject({ ok: false, name: "network" });
    await server.up();
    expect(await put(logs)).toMatchObject({ ok: true });
  });
});

describe("who we are", () => {
  it("is looked for again after it was refused", async () => {
    const logs = client();
    await makeStream(logs);
    vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIDWRONG");
    const another = client();
    expect(await put(another)).toMatchObject({ ok: false, name: "UnrecognizedClientException" });
    vi.stubEnv("AWS_ACCESS_KEY_ID", CLOUDWATCH_SECRETS.accessKeyId);
    expect(await put(another)).toMatchObject({ ok: true });
  });

  it("is wrong with another key or another region", async () => {
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "another");
    expect(await put(client())).toMatchObject({ ok: false, name: "InvalidSignatureException" });
    expect(await put(client({ region: "us-east-1" }))).toMatchObject({
      ok: false,
      name: "InvalidSignatureException",
    });
  });

  it("may not be known at all", async () => {
    vi.stubEnv("AWS_ACCESS_KEY_ID", undefined);
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", undefined);
    expect(await put(client())).toMatchObject({ ok: false, name: "credentials", mayBeDone: false });
  });

  it("needs a region", async () => {
    const options = cloudWatchOptions.parse({ endpoint: server.url });
    const logs = new AwsLogs(options, systemClock);
    opened.push(logs);
    expect(await put(logs)).toMatchObject({ ok: false, name: "configuration" });
    vi.stubEnv("AWS_REGION", "eu-west-1");
    await makeStream(logs);
    expect(await put(logs)).toMatchObject({ ok: true });
  });
});

describe("a server of one's own", () => {
  /** Answers every request like this. */
  async function start(make: () => Server, url: (port: number) => string): Promise<string> {
    const own = make();
    closing.push(() => own.close());
    await new Promise<void>((resolve) => own.listen(0, "127.0.0.1", resolve));
    return url((own.address() as AddressInfo).port);
  }

  it("may say when to come again", async () => {
    const busy = () =>
      createServer((request, response) => {
        request.resume();
        response.writeHead(503, { "retry-after": "7", connection: "close" }).end();
      });
    const endpoint = await start(busy, (port) => `http://127.0.0.1:${port}`);
    expect(await put(client({ endpoint }))).toMatchObject({ ok: false, status: 503, retryAfterMs: 7000 });
  });

  it.skipIf(isOpensslMissing())("is trusted by its own authority only", async () => {
    const certificates = makeCertificates();
    closing.push(() => certificates.remove());
    const { cert, key, caFile } = certificates;
    const secure = () =>
      createSecureServer({ cert, key }, (request, response) => {
        request.resume();
        response
          .writeHead(200, {
            "content-type": "application/x-amz-json-1.1",
            "x-amzn-requestid": "1",
            connection: "close",
          })
          .end("{}");
      });
    const endpoint = await start(secure, (port) => `https://127.0.0.1:${port}`);
    expect(await put(client({ endpoint, tls: { ca_file: caFile } }))).toMatchObject({ ok: true });
    expect(await put(client({ endpoint }))).toMatchObject({ ok: false, name: "tls", mayBeDone: false });
  });
});

it("a file of TLS that is not there is a failure of the configuration", async () => {
  const logs = client({ tls: { ca_file: "/nowhere/ca.pem" } });
  expect(await put(logs)).toMatchObject({
    ok: false,
    name: "configuration",
    message: expect.stringContaining("/nowhere"),
  });
});

it("it can be closed twice, and before it was used", async () => {
  const logs = client();
  await logs.close();
  await put(logs);
  await logs.close();
  await logs.close();
});
