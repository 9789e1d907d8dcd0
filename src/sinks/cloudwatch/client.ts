/**
 * Requests to CloudWatch Logs through the AWS SDK: its credentials, signatures, regions and connections.
 *
 * The SDK's own retries are off, since the lane alone sends again, and so is its time limit, which would not
 * cover the search for credentials.
 */
import type * as Sdk from "@aws-sdk/client-cloudwatch-logs";
import type { Clock } from "../../system/clock.ts";
import { silenceAwsVersionNotice } from "../../system/environment.ts";
import { member } from "../bulk/answer.ts";
import { parseRetryAfterMs } from "../bulk/refusal.ts";
import { TimeLimit } from "../http/time-limit.ts";
import { readTls } from "../http/tls.ts";
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
  #connection: Promise<Connection> | undefined;

  constructor(options: CloudWatchOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
    this.#place = options.endpoint === undefined ? "CloudWatch Logs" : new URL(options.endpoint).origin;
  }

  async send<Name extends LogsOperation>(
    operation: Name,
    input: LogsOperations[Name]["input"],
    signal: AbortSignal,
  ): Promise<LogsResult<LogsOperations[Name]["output"]>> {
    const given = new AbortController();
    const limit = new TimeLimit(this.#clock, this.#options.request_timeout, signal, () => given.abort());
    let headers: unknown;
    try {
      const { sdk, client } = await this.#connect();
      const command = commandOf(sdk, operation, input);
      command.middlewareStack.add(
        (next) => async (args) => {
          const result = await next(args);
          headers = member(result.response, "headers");
          return result;
        },
        { step: "deserialize", priority: "low" },
      );
      const output = await unlessAborted(client.send(command, { abortSignal: given.signal }), given.signal);
      if (output.$metadata.requestId === undefined) return unreadable(this.#place);
      return { ok: true, output, ...timeOf(headers) };
    } catch (error) {
      const found = failureOf(error, this.#place, limit.failure);
      const failure = { ...found, ...timeOf(headers), ...this.#pauseOf(headers) };
      await this.#forgetCredentials(failure);
      return failure;
    } finally {
      limit.end();
    }
  }

  async close(): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    (await connection?.catch(() => undefined))?.client.destroy();
  }

  #pauseOf(headers: unknown): { readonly retryAfterMs?: number } {
    const retryAfterMs = parseRetryAfterMs(String(member(headers, "retry-after")), this.#clock.nowMs());
    return retryAfterMs === undefined ? {} : { retryAfterMs };
  }

  #connect(): Promise<Connection> {
    this.#connection ??= connect(this.#options);
    return this.#connection;
  }

  /** A client keeps its credentials and files for ever; what is missing or wrong may be mended at the next attempt. */
  async #forgetCredentials(failure: LogsFailure): Promise<void> {
    if (failure.name === "configuration" || isAboutCredentials(failure)) await this.close();
  }
}

async function connect(options: CloudWatchOptions): Promise<Connection> {
  silenceAwsVersionNotice();
  const { region, endpoint, max_in_flight } = options;
  const [sdk, { defaultProvider }, tls] = await Promise.all([
    import("@aws-sdk/client-cloudwatch-logs"),
    import("@aws-sdk/credential-provider-node"),
    readTls(options.tls),
  ]);
  const agent = { keepAlive: true, maxSockets: max_in_flight + SOCKETS_FOR_QUESTIONS };
  const client = new sdk.CloudWatchLogsClient({
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && { endpoint }),
    // Otherwise the files of profiles would be read once in the life of the process.
    credentials: defaultProvider({ ignoreCache: true }),
    maxAttempts: 1,
    requestHandler: { httpAgent: agent, httpsAgent: { ...agent, ...tls } },
  });
  return { sdk, client };
}

/** The SDK's commands differ in their types only; one stands for all. */
function commandOf<Name extends LogsOperation>(
  sdk: typeof Sdk,
  operation: Name,
  input: LogsOperations[Name]["input"],
): Sdk.PutLogEventsCommand {
  const Command = sdk[`${operation}Command`] as unknown as typeof Sdk.PutLogEventsCommand;
  return new Command(input as Sdk.PutLogEventsCommandInput);
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
