/**
 * Goal: `verify` misses exactly the events that a log stream lost, and sends them again.
 * Method: the built program against moto, and the strict double that shows its events late and in small pages.
 */
import { randomUUID } from "node:crypto";
import {
  CloudWatchLogsClient,
  CreateLogStreamCommand,
  DeleteLogStreamCommand,
  DescribeLogStreamsCommand,
  PutLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { afterAll, describe, it } from "vitest";
import { AWS_VARIABLES, eventIds, placeOfMoto, REGION } from "../support/cloudwatch-place.ts";
import { CLOUDWATCH_SECRETS, FakeCloudWatch } from "../support/fake-cloudwatch.ts";
import { motoIfPossible } from "../support/servers/moto.ts";
import { expectGapsFound } from "./verify.ts";

const moto = await motoIfPossible();
const double = await FakeCloudWatch.start();
double.store.visibility = { afterMs: 100 };
double.store.paging = { eventsMax: 700, emptyPages: 1 };
afterAll(async () => {
  await moto?.stop();
  await double.down();
});

function destination(endpoint: string, lose: (group: string, ids: readonly string[]) => Promise<void>) {
  const group = `/test/${randomUUID()}`;
  return {
    variables: AWS_VARIABLES,
    sink: {
      ...{ type: "cloudwatch", region: REGION, endpoint, log_group: group, log_stream: "host" },
      read_back: { interval: "100ms", max: "1s" },
    },
    lose: (ids: readonly string[]) => lose(group, ids),
  };
}

/** Deletes the stream, and writes it again without these events. */
async function rewriteStream(endpoint: string, logGroupName: string, ids: readonly string[]): Promise<void> {
  const messages = await placeOfMoto(endpoint).messages(logGroupName);
  const found = eventIds(messages);
  const client = new CloudWatchLogsClient({ endpoint, region: REGION, credentials: CLOUDWATCH_SECRETS });
  const { logStreams } = await client.send(new DescribeLogStreamsCommand({ logGroupName }));
  const logStreamName = logStreams?.[0]?.logStreamName ?? "";
  await client.send(new DeleteLogStreamCommand({ logGroupName, logStreamName }));
  await client.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
  const kept = messages.filter((_, index) => !ids.includes(found[index] ?? ""));
  const logEvents = kept.map((message) => ({
    timestamp: Date.parse(JSON.parse(message)["@timestamp"]),
    message,
  }));
  for (let start = 0; start < logEvents.length; start += 1000)
    await client.send(
      new PutLogEventsCommand({
        logGroupName,
        logStreamName,
        logEvents: logEvents.slice(start, start + 1000),
      }),
    );
  client.destroy();
}

describe("verify against CloudWatch Logs", () => {
  it("the strict double", async () => {
    await expectGapsFound(
      destination(double.url, async (group, ids) => {
        const events = double.store.groups.get(group)?.events ?? [];
        const kept = events.filter(({ message }) => !ids.includes(JSON.parse(message).event.id));
        events.splice(0, events.length, ...kept);
      }),
    );
  });

  it.skipIf(moto === undefined)("moto", async () => {
    const url = moto?.url ?? "";
    await expectGapsFound(destination(url, (group, ids) => rewriteStream(url, group, ids)));
  });
});
