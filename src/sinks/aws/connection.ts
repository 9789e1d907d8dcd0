/**
 * What the clients of the AWS SDK have in common here.
 *
 * The SDK's own retries are off, since the lane alone sends again.
 */
import type { Clock } from "../../system/clock.ts";
import { silenceAwsVersionNotice } from "../../system/environment.ts";
import { member } from "../bulk/answer.ts";
import { parseRetryAfterMs } from "../bulk/refusal.ts";
import { readTls } from "../http/tls.ts";
import type { TlsOptions } from "../options.ts";

/** Where a client goes, and how. */
export interface AwsOptions {
  readonly region?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly tls: TlsOptions;
}

/**
 * Settings of a client. Rejects if a file of `tls` is of no use.
 *
 * @param maxSockets how many requests may be under way at once
 */
export async function clientSettings({ region, endpoint, tls }: AwsOptions, maxSockets: number) {
  silenceAwsVersionNotice();
  const [{ defaultProvider }, secure] = await Promise.all([
    import("@aws-sdk/credential-provider-node"),
    readTls(tls),
  ]);
  const agent = { keepAlive: true, maxSockets };
  return {
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && { endpoint }),
    // Otherwise the files of profiles would be read once in the life of the process.
    credentials: defaultProvider({ ignoreCache: true }),
    maxAttempts: 1,
    requestHandler: { httpAgent: agent, httpsAgent: { ...agent, ...secure } },
  };
}

/** A client, and whatever belongs to it. */
interface Connected {
  readonly client: { destroy(): void };
}

/** Connects when it is first asked to, and again after it was closed. */
export class AwsConnection<Connection extends Connected> {
  readonly #connect: () => Promise<Connection>;
  #connection: Promise<Connection> | undefined;

  constructor(connect: () => Promise<Connection>) {
    this.#connect = connect;
  }

  /** Rejects as `connect` does, until it is closed. */
  get(): Promise<Connection> {
    this.#connection ??= this.#connect();
    return this.#connection;
  }

  async close(): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    (await connection?.catch(() => undefined))?.client.destroy();
  }
}

/** The service's own wish in the headers of its answer (Retry-After). */
export function pauseOf(headers: unknown, clock: Clock): { readonly retryAfterMs?: number } {
  const retryAfterMs = parseRetryAfterMs(String(member(headers, "retry-after")), clock.nowMs());
  return retryAfterMs === undefined ? {} : { retryAfterMs };
}
