/** A CloudWatch Logs for the tests of whole daemons: the strict double, or moto. */
import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  GetLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { CLOUDWATCH_SECRETS, type FakeCloudWatch } from "./fake-cloudwatch.ts";

export const REGION = "eu-west-1";

/** What the daemon needs to sign as one who may do everything. */
export const AWS_VARIABLES: Readonly<Record<string, string>> = {
  AWS_ACCESS_KEY_ID: CLOUDWATCH_SECRETS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: CLOUDWATCH_SECRETS.secretAccessKey,
  AWS_EC2_METADATA_DISABLED: "true",
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
};

/** A destination that many tests use: each its own log group. */
export interface CloudWatchPlace {
  readonly url: string;
  /** The messages of all events that are stored in the group, over all streams. */
  messages(group: string): Promise<readonly string[]>;
}

/** The `event.id` of each event, one entry for each copy. */
export function eventIds(messages: readonly string[]): string[] {
  return messages.map((message) => (JSON.parse(message) as { event: { id: string } }).event.id);
}

export function placeOfDouble(server: FakeCloudWatch): CloudWatchPlace {
  return {
    url: server.url,
    messages: async (group) => server.store.events(group).map(({ message }) => message),
  };
}

/** @param url of moto's server */
export function placeOfMoto(url: string): CloudWatchPlace {
  return { url, messages: (logGroupName) => readGroup(url, logGroupName) };
}

async function readGroup(endpoint: string, logGroupName: string): Promise<string[]> {
  const client = new CloudWatchLogsClient({ endpoint, region: REGION, credentials: CLOUDWATCH_SECRETS });
  try {
    const groups = await client.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: logGroupName }));
    if (groups.logGroups?.length === 0) return [];
    const { logStreams = [] } = await client.send(new DescribeLogStreamsCommand({ logGroupName }));
    const messages: string[] = [];
    for (const { logStreamName } of logStreams) {
      let nextToken: string | undefined;
      for (;;) {
        const page = await client.send(
          new GetLogEventsCommand({ logGroupName, logStreamName, startFromHead: true, nextToken }),
        );
        messages.push(...(page.events ?? []).map(({ message = "" }) => message));
        if (page.nextForwardToken === nextToken) break;
        nextToken = page.nextForwardToken;
      }
    }
    return messages;
  } finally {
    client.destroy();
  }
}
