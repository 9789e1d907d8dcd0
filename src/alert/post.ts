/** One POST of JSON to a channel: within a time limit, without following redirects, reading nothing but the status. */
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { TimeLimit } from "../sinks/http/time-limit.ts";
import { ConfigurationFault, readTls, type TlsMaterial } from "../sinks/http/tls.ts";
import type { TlsOptions } from "../sinks/options.ts";
import type { Clock } from "../system/clock.ts";
import { errorCode } from "../system/files.ts";

export interface Post {
  /** http or https; it may be a secret, so no message names it. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
  /** Its files are read for each attempt, so that renewed ones need no word. */
  readonly tls: TlsOptions | undefined;
}

export type PostResult =
  | { readonly ok: true }
  /** Half a sentence, without the address. */
  | { readonly ok: false; readonly problem: string };

/** Sends and resolves with what became of it. Never rejects. */
export async function post(message: Post, clock: Clock, signal: AbortSignal): Promise<PostResult> {
  const limit = new TimeLimit(clock, message.timeoutMs, signal);
  try {
    const tls = message.tls && (await readTls(message.tls));
    return resultOf(await statusOf(message, tls, limit.signal));
  } catch (error) {
    if (limit.failure === "timeout") return failed(`no answer within ${message.timeoutMs / 1000} s`);
    if (limit.failure === "aborted") return failed("given up, because the daemon stops");
    if (error instanceof ConfigurationFault) return failed(error.message);
    return failed(`the connection failed (${errorCode(error) ?? "unknown error"})`);
  } finally {
    limit.end();
  }
}

function failed(problem: string): PostResult {
  return { ok: false, problem };
}

function resultOf(status: number): PostResult {
  if (status >= 200 && status < 300) return { ok: true };
  if (status >= 300 && status < 400)
    return failed(`answered ${status}; redirects are not followed, set url to where it leads`);
  return failed(`answered ${status}`);
}

function statusOf(
  { url, headers, body }: Post,
  tls: TlsMaterial | undefined,
  signal: AbortSignal,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const target = new URL(url);
    const isEncrypted = target.protocol === "https:";
    const start = isEncrypted ? requestHttps : requestHttp;
    const options = {
      method: "POST",
      // A connection of its own: alerts are rare, and one that was kept may be dead by the next.
      agent: false as const,
      headers: {
        "Content-Type": "application/json; charset=utf-8",
        "Content-Length": Buffer.byteLength(body),
        "User-Agent": "mem0-audit-shipper",
        ...headers,
      },
      signal,
      ...(isEncrypted && tls),
    };
    const sent = start(target, options, (answer) => {
      resolve(answer.statusCode ?? 0);
      // What else it says is of no interest, and may have no end.
      answer.destroy();
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
