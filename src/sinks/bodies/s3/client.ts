/**
 * Requests to S3 through the AWS SDK: its credentials, signatures, regions and connections.
 *
 * The SDK's own retries are off, since the lane alone sends again, and so is its time limit, which would not cover the
 * search for credentials.
 */
import type * as Sdk from "@aws-sdk/client-s3";
import type { Clock } from "../../../system/clock.ts";
import { silenceAwsVersionNotice } from "../../../system/environment.ts";
import { member } from "../../bulk/answer.ts";
import { parseRetryAfterMs } from "../../bulk/refusal.ts";
import { TimeLimit } from "../../http/time-limit.ts";
import { readTls } from "../../http/tls.ts";
import { unlessAborted } from "../../http/unless-aborted.ts";
import type { S3BodiesOptions } from "../options.ts";
import { failureOf, isAboutCredentials, unreadable } from "./failure.ts";
import type { S3, S3Failure, S3Operation, S3Operations, S3Result } from "./s3.ts";

interface Connection {
  readonly sdk: typeof Sdk;
  readonly client: Sdk.S3Client;
}

export class AwsS3 implements S3 {
  readonly #options: S3BodiesOptions;
  readonly #clock: Clock;
  readonly #place: string;
  #connection: Promise<Connection> | undefined;

  /** Nothing is sent yet, and no file is read. */
  constructor(options: S3BodiesOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
    this.#place = options.endpoint === undefined ? "S3" : new URL(options.endpoint).origin;
  }

  async send<Name extends S3Operation>(
    operation: Name,
    input: S3Operations[Name]["input"],
    signal: AbortSignal,
  ): Promise<S3Result<S3Operations[Name]["output"]>> {
    const given = new AbortController();
    const limit = new TimeLimit(this.#clock, this.#options.request_timeout, signal, () => given.abort());
    try {
      const exchange = this.#exchange(operation, input, given.signal);
      const output = await unlessAborted(exchange, given.signal);
      if (operation === "PutObject" && member(output, "ETag") === undefined)
        return unreadable(200, `${this.#place} answered 200, not in the format of S3`);
      return { ok: true, output };
    } catch (error) {
      const failure = { ...failureOf(error, this.#place, limit.failure), ...this.#pauseOf(error) };
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

  async #exchange<Name extends S3Operation>(
    operation: Name,
    input: S3Operations[Name]["input"],
    abortSignal: AbortSignal,
  ): Promise<S3Operations[Name]["output"]> {
    const { sdk, client } = await this.#connect();
    const output = await client.send(commandOf(sdk, operation, input), { abortSignal });
    if (operation !== "GetObject") return output;
    const content = await (output as unknown as Sdk.GetObjectCommandOutput).Body?.transformToByteArray();
    return { content: Buffer.from(content ?? []) };
  }

  #pauseOf(error: unknown): { readonly retryAfterMs?: number } {
    const headers = member(member(error, "$response"), "headers");
    const retryAfterMs = parseRetryAfterMs(String(member(headers, "retry-after")), this.#clock.nowMs());
    return retryAfterMs === undefined ? {} : { retryAfterMs };
  }

  #connect(): Promise<Connection> {
    this.#connection ??= connect(this.#options);
    return this.#connection;
  }

  /** A client keeps its credentials and files for ever; what is missing or wrong may be mended at the next attempt. */
  async #forgetCredentials(failure: S3Failure): Promise<void> {
    if (failure.name === "configuration" || isAboutCredentials(failure)) await this.close();
  }
}

async function connect(options: S3BodiesOptions): Promise<Connection> {
  silenceAwsVersionNotice();
  const { region, endpoint, force_path_style: forcePathStyle, max_in_flight: maxSockets } = options;
  const [sdk, { defaultProvider }, tls] = await Promise.all([
    import("@aws-sdk/client-s3"),
    import("@aws-sdk/credential-provider-node"),
    readTls(options.tls),
  ]);
  const agent = { keepAlive: true, maxSockets };
  const client = new sdk.S3Client({
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && { endpoint }),
    forcePathStyle,
    // Otherwise the files of profiles would be read once in the life of the process.
    credentials: defaultProvider({ ignoreCache: true }),
    maxAttempts: 1,
    requestHandler: { httpAgent: agent, httpsAgent: { ...agent, ...tls } },
  });
  return { sdk, client };
}

/** The SDK's commands differ in their types only; one stands for all. */
function commandOf<Name extends S3Operation>(
  sdk: typeof Sdk,
  operation: Name,
  input: S3Operations[Name]["input"],
): Sdk.PutObjectCommand {
  const Command = sdk[`${operation}Command`] as unknown as typeof Sdk.PutObjectCommand;
  return new Command(input as Sdk.PutObjectCommandInput);
}
