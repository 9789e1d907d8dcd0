/**
 * Goal: each fault of the CloudWatch double does what it says, and it believes no wrong signature.
 * Method: the official client against a started double, one fault at a time, compared with what is stored.
 */
import {
  type CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  PutLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { seededRandom } from "../../src/system/random.ts";
import { CLOUDWATCH_SECRETS, FakeCloudWatch } from "../support/fake-cloudwatch.ts";
import {
  clientOf,
  eventAt,
  exceptionName,
  makeStream,
  putEvents,
  STREAM,
} from "../support/fake-cloudwatch-client.ts";
import {
  AMBIGUOUS_FAULTS,
  always,
  type CloudWatchFault,
  FALSE_ANSWERS,
  faultsOf,
  HARMLESS_FAULTS,
  someFaults,
} from "../support/fake-cloudwatch-faults.ts";

const NOW_MS = Date.UTC(2026, 3, 20, 12);

let server: FakeCloudWatch;
let client: CloudWatchLogsClient;

beforeEach(async () => {
  server = await FakeCloudWatch.start({ nowMs: () => NOW_MS });
  client = clientOf(server.url);
  await makeStream(client);
});

afterEach(async () => {
  client.destroy();
  await server.down();
});

describe("a signature", () => {
  it.each([
    ["UnrecognizedClientException", { ...CLOUDWATCH_SECRETS, accessKeyId: "AKIDOTHER" }, "eu-west-1"],
    ["InvalidSignatureException", { ...CLOUDWATCH_SECRETS, secretAccessKey: "wrong" }, "eu-west-1"],
    ["InvalidSignatureException", CLOUDWATCH_SECRETS, "us-east-1"],
  ])("is refused with %s if it is not right", async (name, credentials, region) => {
    client.destroy();
    client = clientOf(server.url, credentials, region);
    expect(await exceptionName(putEvents(client, [eventAt(NOW_MS)]))).toBe(name);
    expect(server.store.events()).toEqual([]);
  });

  it("is refused if clocks differ too much, and missing signatures are", async () => {
    server.clockSkewMs = 600_000;
    expect(await exceptionName(putEvents(client, [eventAt(NOW_MS)]))).toBe("InvalidSignatureException");
    const answer = await fetch(server.url, { method: "POST", body: "{}" });
    expect(await answer.json()).toMatchObject({ __type: "MissingAuthenticationTokenException" });
  });
});

describe("a fault", () => {
  const REFUSED: readonly [CloudWatchFault, string][] = [
    ["throttled", "ThrottlingException"],
    ["limit_exceeded", "LimitExceededException"],
    ["unavailable", "ServiceUnavailableException"],
    ["internal_failure", "InternalFailure"],
    ["invalid_parameter", "InvalidParameterException"],
    ["too_large", "RequestEntityTooLargeException"],
    ["data_already_accepted", "DataAlreadyAcceptedException"],
    ["unrecognized_client", "UnrecognizedClientException"],
    ["expired_token", "ExpiredTokenException"],
    ["access_denied", "AccessDeniedException"],
  ];

  it.each(REFUSED)("%s is answered by %s and stores nothing", async (fault, name) => {
    server.plan = always(fault, "PutLogEvents");
    expect(await exceptionName(putEvents(client, [eventAt(NOW_MS)]))).toBe(name);
    expect(server.store.events()).toEqual([]);
    expect(server.faults.get(fault)).toBe(1);
    expect((await client.send(new DescribeLogGroupsCommand({}))).logGroups).toHaveLength(1);
  });

  it.each(HARMLESS_FAULTS)("%s leaves nothing stored, and passes", async (fault) => {
    server.plan = faultsOf("PutLogEvents", fault);
    expect(await exceptionName(putEvents(client, [eventAt(NOW_MS)]))).not.toBeUndefined();
    expect(await exceptionName(putEvents(client, [eventAt(NOW_MS)]))).toBeUndefined();
    expect([...server.countsById().values()]).toEqual([1]);
  });

  it.each(FALSE_ANSWERS)("%s says 200, but stores nothing", async (fault) => {
    server.plan = faultsOf("PutLogEvents", fault);
    await exceptionName(putEvents(client, [eventAt(NOW_MS)]));
    expect(server.store.events()).toEqual([]);
    expect(server.faults.get(fault)).toBe(1);
  });

  it.each(AMBIGUOUS_FAULTS)("%s fails though the events are stored", async (fault) => {
    server.plan = faultsOf("PutLogEvents", fault);
    expect(await exceptionName(putEvents(client, [eventAt(NOW_MS)]))).not.toBeUndefined();
    expect([...server.countsById().values()]).toEqual([1]);
  });

  it.each([
    ["hang", 0],
    ["hang_after_storing", 1],
  ] as const)("%s gives no answer, and stores %d events", async (fault, stored) => {
    server.plan = faultsOf("PutLogEvents", fault);
    const stop = new AbortController();
    const command = new PutLogEventsCommand({ ...STREAM, logEvents: [eventAt(NOW_MS)] });
    const attempt = client.send(command, { abortSignal: stop.signal });
    await expect.poll(() => server.faults.get(fault)).toBe(1);
    await expect.poll(() => server.store.events().length).toBe(stored);
    stop.abort();
    expect(await exceptionName(attempt)).toBe("AbortError");
  });

  it("comes as often as its share says", () => {
    const plan = someFaults(seededRandom(7), 0.25, AMBIGUOUS_FAULTS);
    const drawn = Array.from({ length: 4000 }, () => plan("PutLogEvents"));
    expect(new Set(drawn)).toEqual(new Set([...AMBIGUOUS_FAULTS, "none"]));
    expect(drawn.filter((fault) => fault !== "none").length / drawn.length).toBeCloseTo(0.25, 1);
  });
});

it("keeps its port and its events while it is down", async () => {
  await putEvents(client, [eventAt(NOW_MS)]);
  const { url } = server;
  await server.down();
  expect(await exceptionName(putEvents(client, [eventAt(NOW_MS)]))).not.toBeUndefined();
  await server.up();
  expect(server.url).toBe(url);
  expect(server.store.events()).toHaveLength(1);
});
