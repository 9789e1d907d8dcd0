/**
 * Requests to CloudWatch Logs through the AWS SDK: its credentials, signatures, regions and connections.
 *
 * The SDK's own time limit is off: it would not cover the search for credentials.
 */
import type * as Sdk from "@aws-sdk/client-cloudwatch-logs";
import type { Clock } from "../../system/clock.ts";
import { AwsConnection, clientSettings, pauseOf } from "../aws/connection.ts";
import { commandOf } from "../aws/operation.ts";
import { member } from "../bulk/answer.ts";
import { TimeLimit } from "../http/time-limit.ts";
import { unlessAborted } from "../http/unless-aborted.ts";
import { failureOf } from "./failure.ts";
import type { Logs, LogsFailure, LogsOperation, LogsOperations, LogsResult } from "./logs.ts";
import type { CloudWatchOptions } from "./options.ts";
import { isAboutCredentials } from "./report.ts";

const SOCKETS_FOR_QUESTIONS = 2;

interface Connection {
  readonly sdk: typeof Sdk;
  readonly client: Sdk.CloudWatchLogsClient;
}

export class AwsLogs implements Logs {
  readonly #options: CloudWatchOptions;
  readonly #clock: Clock;
  readonly #place: string;
  readonly #connection: AwsConnection<Connection>;

  constructor(options: CloudWatchOptions, clock: Clock) {
    this.#options = options;
    this.#connection = new AwsConnection(() => connect(options));
    this.#clock = clock;
    this.#place = options.endpoint === undefined ? "CloudWatch Logs" : new URL(options.endpoint).origin;
  }

  async send<Name extends LogsOperation>(
    operation: Name,
    input: LogsOperations[Name]["input"],
    signal: AbortSignal,
  ): Promise<LogsResult<LogsOperations[Name]["output"]>> {
    const limit = new TimeLimit(this.#clock, this.#options.request_timeout, signal);
    let headers: unknown;
    try {
      const { sdk, client } = await this.#connection.get();
      const command = commandOf<Sdk.PutLogEventsCommand>(sdk, operation, input);
      command.middlewareStack.add(
        (next) => async (args) => {
          const result = await next(args);
          headers = member(result.response, "headers");
          return result;
        },
        { step: "deserialize", priority: "low" },
      );
      const output = await unlessAborted(client.send(command, { abortSignal: limit.signal }), limit.signal);
      if (output.$metadata.requestId === undefined) return unreadable(this.#place);
      return { ok: true, output, ...timeOf(headers) };
    } catch (error) {
      const found = failureOf(error, this.#place, limit.failure);
      const failure = { ...found, ...timeOf(headers), ...pauseOf(headers, this.#clock) };
      await this.#forgetCredentials(failure);
      return failure;
    } finally {
      limit.end();
    }
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  /** A client keeps its credentials and files for ever; what is missing or wrong may be mended at the next attempt. */
  async #forgetCredentials(failure: LogsFailure): Promise<void> {
    if (failure.name === "configuration" || isAboutCredentials(failure)) await this.close();
  }
}

async function connect(options: CloudWatchOptions): Promise<Connection> {
  const [settings, sdk] = await Promise.all([
    clientSettings(options, options.max_in_flight + SOCKETS_FOR_QUESTIONS),
    import("@aws-sdk/client-cloudwatch-logs"),
  ]);
  return { sdk, client: new sdk.CloudWatchLogsClient(settings) };
}

/**
 * An answer 200 that the service did not give: it names each request it answers. The SDK takes any JSON, and none at
 * all, for an answer in which nothing is set.
 */
function unreadable(place: string): LogsFailure {
  const message = `${place} answered 200, not in the format of CloudWatch Logs`;
  return { ok: false, name: "unreadable", status: 200, message, mayBeDone: true };
}

function timeOf(headers: unknown): { readonly serverTimeMs?: number } {
  const serverTimeMs = Date.parse(String(member(headers, "date")));
  return Number.isNaN(serverTimeMs) ? {} : { serverTimeMs };
}
