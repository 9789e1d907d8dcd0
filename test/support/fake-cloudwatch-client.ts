/** The official client on a CloudWatch Logs of the tests, and a stream to write to. */
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
  type PutLogEventsCommandOutput,
} from "@aws-sdk/client-cloudwatch-logs";
import { CLOUDWATCH_SECRETS } from "./fake-cloudwatch.ts";
import type { InputEvent } from "./fake-cloudwatch-store.ts";

export const GROUP = { logGroupName: "/mem0/audit-logs" };
export const STREAM = { ...GROUP, logStreamName: "i-1" };

export function clientOf(
  endpoint: string,
  credentials = CLOUDWATCH_SECRETS,
  region = "eu-west-1",
): CloudWatchLogsClient {
  return new CloudWatchLogsClient({ endpoint, region, credentials, maxAttempts: 1 });
}

/** Makes `GROUP` and `STREAM`. */
export async function makeStream(client: CloudWatchLogsClient): Promise<void> {
  await client.send(new CreateLogGroupCommand(GROUP));
  await client.send(new CreateLogStreamCommand(STREAM));
}

/** Puts these events into `STREAM`. */
export function putEvents(
  client: CloudWatchLogsClient,
  events: readonly InputEvent[],
): Promise<PutLogEventsCommandOutput> {
  return client.send(new PutLogEventsCommand({ ...STREAM, logEvents: [...events] }));
}

/** An event whose id tells its time, in Unix milliseconds. */
export function eventAt(timestamp: number, message = `{"event":{"id":"at-${timestamp}"}}`): InputEvent {
  return { timestamp, message };
}

/** The name of the exception with which `attempt` ended; undefined if it went well. */
export async function exceptionName(attempt: Promise<unknown>): Promise<string | undefined> {
  try {
    await attempt;
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.name : "no error";
  }
}
