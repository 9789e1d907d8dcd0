/**
 * Requests to S3 through the AWS SDK: its credentials, signatures, regions and connections.
 *
 * The SDK's own time limit is off: it would not cover the search for credentials.
 */
import type * as Sdk from "@aws-sdk/client-s3";
import type { Clock } from "../../../system/clock.ts";
import { AwsConnection, clientSettings, pauseOf } from "../../aws/connection.ts";
import { commandOf } from "../../aws/operation.ts";
import { member } from "../../bulk/answer.ts";
import { TimeLimit } from "../../http/time-limit.ts";
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
  readonly #connection: AwsConnection<Connection>;

  /** Nothing is sent yet, and no file is read. */
  constructor(options: S3BodiesOptions, clock: Clock) {
    this.#options = options;
    this.#connection = new AwsConnection(() => connect(options));
    this.#clock = clock;
    this.#place = options.endpoint === undefined ? "S3" : new URL(options.endpoint).origin;
  }

  async send<Name extends S3Operation>(
    operation: Name,
    input: S3Operations[Name]["input"],
    signal: AbortSignal,
  ): Promise<S3Result<S3Operations[Name]["output"]>> {
    const limit = new TimeLimit(this.#clock, this.#options.request_timeout, signal);
    try {
      const exchange = this.#exchange(operation, input, limit.signal);
      const output = await unlessAborted(exchange, limit.signal);
      if (operation === "PutObject" && member(output, "ETag") === undefined)
        return unreadable(200, `${this.#place} answered 200, not in the format of S3`);
      return { ok: true, output };
    } catch (error) {
      const headers = member(member(error, "$response"), "headers");
      const found = failureOf(error, this.#place, limit.failure);
      const failure = { ...found, ...pauseOf(headers, this.#clock) };
      await this.#forgetCredentials(failure);
      return failure;
    } finally {
      limit.end();
    }
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  async #exchange<Name extends S3Operation>(
    operation: Name,
    input: S3Operations[Name]["input"],
    abortSignal: AbortSignal,
  ): Promise<S3Operations[Name]["output"]> {
    const { sdk, client } = await this.#connection.get();
    const command = commandOf<Sdk.PutObjectCommand>(sdk, operation, input);
    const output = await client.send(command, { abortSignal });
    if (operation !== "GetObject") return output;
    const content = await (output as unknown as Sdk.GetObjectCommandOutput).Body?.transformToByteArray();
    return { content: Buffer.from(content ?? []) };
  }

  /** A client keeps its credentials and files for ever; what is missing or wrong may be mended at the next attempt. */
  async #forgetCredentials(failure: S3Failure): Promise<void> {
    if (failure.name === "configuration" || isAboutCredentials(failure)) await this.close();
  }
}

async function connect(options: S3BodiesOptions): Promise<Connection> {
  const [settings, sdk] = await Promise.all([
    clientSettings(options, options.max_in_flight),
    import("@aws-sdk/client-s3"),
  ]);
  return { sdk, client: new sdk.S3Client({ ...settings, forcePathStyle: options.force_path_style }) };
}
