/**
 * The daemon's HTTP server: who may ask, how much and how long, and the headers of every answer. What is
 * answered stands in the routes.
 *
 * Nothing here may hurt delivery: an address that cannot be used is a returned value, a route that throws is an
 * answer with status 500.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { formatListen, isLoopback, type ListenAddress } from "../config/listen.ts";
import type { Clock } from "../system/clock.ts";
import { errorCode } from "../system/files.ts";
import type { Log } from "../system/log.ts";
import { carriesToken, isOwnHost } from "./access.ts";
import { type Answer, failure } from "./answer.ts";
import { encodeBody } from "./encoding.ts";
import type { Route } from "./routes.ts";

export interface HttpOptions {
  /** Port 0 picks a free one. */
  readonly listen: ListenAddress;
  /** Asked for at each request, so that a reload takes effect. Required for any address but loopback. */
  readonly token: () => string | undefined;
  /** Names of this machine that a Host header may carry, besides loopback and the address of `listen`. */
  readonly hosts: readonly string[];
}

/** What the server works with. */
export interface HttpContext {
  readonly routes: ReadonlyMap<string, Route>;
  readonly clock: Clock;
  readonly log: Log;
}

export type ListenReport =
  | {
      readonly outcome: "listening";
      /** Where a browser on this machine finds the page. */
      readonly url: string;
      /** Stops listening, lets requests under way finish for a second, then closes what is left. */
      close(): Promise<void>;
    }
  | {
      readonly outcome: "not_listening";
      /** What happened and what to do. */
      readonly message: string;
    };

/** Browsers open six connections at most, scrapers one: this is for many of both. */
const CONNECTIONS_MAX = 64;
const HEADER_BYTES_MAX = 8 * 1024;
const HEADERS_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 10_000;
const IDLE_TIMEOUT_MS = 30_000;
const CLOSE_GRACE_MS = 1_000;

const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "Content-Security-Policy":
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; " +
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Cache-Control": "no-store",
};

function methodNotAllowed(): Answer {
  return failure(405, "expected the method GET or HEAD", { Allow: "GET, HEAD" });
}

function tokenNeeded(): Answer {
  // Basic alone: Chromium does not ask for a password if another scheme stands beside it.
  return failure(401, "expected the token (http.token), as Bearer or as the password of HTTP Basic", {
    "WWW-Authenticate": 'Basic realm="mem0-audit-shipper", charset="UTF-8"',
  });
}

/** An empty token is none: it would let everybody in who sends an empty password. */
function requiredToken({ token }: HttpOptions): string | undefined {
  const text = token();
  return text === "" ? undefined : text;
}

/** Decides about one request, from its head alone. */
async function answer(
  request: IncomingMessage,
  options: HttpOptions,
  routes: ReadonlyMap<string, Route>,
): Promise<Answer> {
  if (!isOwnHost(request.headers.host, { listenHost: options.listen.host, names: options.hosts })) {
    return failure(421, "expected a Host header with localhost, an address or a name of this machine");
  }
  if (request.method !== "GET" && request.method !== "HEAD") return methodNotAllowed();

  const token = requiredToken(options);
  const isTrusted =
    token === undefined
      ? isLoopback(options.listen.host)
      : carriesToken(request.headers.authorization, token);
  const [, path = "", query = ""] = /^([^?]*)\??(.*)$/.exec(request.url ?? "") ?? [];
  const route = routes.get(path);
  if (!isTrusted && route?.isOpen !== true) return tokenNeeded();
  if (route === undefined) return failure(404, "expected one of the paths listed in docs/operations.md");
  return route.answer({ query: new URLSearchParams(query), isTrusted });
}

async function answerSafely(
  request: IncomingMessage,
  options: HttpOptions,
  { routes, log }: HttpContext,
): Promise<Answer> {
  try {
    return await answer(request, options, routes);
  } catch (error) {
    log.error({ err: error }, "http: a request could not be answered");
    return failure(500, "the daemon could not answer; its log says why");
  }
}

async function send(
  response: ServerResponse,
  acceptEncoding: string | undefined,
  { status, contentType, body, headers }: Answer,
): Promise<void> {
  const { bytes, encoding } = await encodeBody(body, acceptEncoding);
  response.writeHead(status, {
    ...SECURITY_HEADERS,
    ...headers,
    ...encoding,
    "Content-Type": contentType,
    "Content-Length": bytes.length,
  });
  response.end(bytes);
}

function createLimitedServer(handle: (request: IncomingMessage, response: ServerResponse) => void): Server {
  const server = createServer(
    {
      maxHeaderSize: HEADER_BYTES_MAX,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: HEADERS_TIMEOUT_MS,
      connectionsCheckingInterval: 1_000,
    },
    handle,
  );
  server.maxConnections = CONNECTIONS_MAX;
  server.timeout = IDLE_TIMEOUT_MS;
  return server;
}

const LISTEN_ERRORS: Readonly<Record<string, string>> = {
  EADDRINUSE: "another process uses it; end that process or choose another port",
  EACCES: "this user may not use it; choose a port above 1023",
  EADDRNOTAVAIL: "this machine has no such address; choose one of its own",
  ENOTFOUND: "no such host name is known; write an address",
};

async function listen(server: Server, { host, port }: ListenAddress): Promise<string | undefined> {
  return new Promise((resolve) => {
    const fail = (error: Error): void => {
      const code = errorCode(error) ?? "unknown error";
      resolve(LISTEN_ERRORS[code] ?? `the system says ${code}; choose another address`);
    };
    server.once("error", fail);
    server.listen({ host, port }, () => {
      server.off("error", fail);
      resolve(undefined);
    });
  });
}

async function close(server: Server, clock: Clock): Promise<void> {
  const graceOver = new AbortController();
  const closed = new Promise<void>((resolve) => {
    server.close(() => {
      graceOver.abort();
      resolve();
    });
  });
  await clock.sleep(CLOSE_GRACE_MS, graceOver.signal);
  server.closeAllConnections();
  await closed;
}

/** Starts to serve `context.routes`. It never rejects: an address that cannot be used is a report. */
export async function startHttpServer(options: HttpOptions, context: HttpContext): Promise<ListenReport> {
  if (!isLoopback(options.listen.host) && requiredToken(options) === undefined) {
    const message =
      `http.listen: ${formatListen(options.listen)} can be reached from outside, so it needs a token; ` +
      "set http.token or MEM0_AUDIT_HTTP_TOKEN, or listen on 127.0.0.1";
    return { outcome: "not_listening", message };
  }

  const server = createLimitedServer((request, response) => {
    void answerSafely(request, options, context).then((ready) =>
      send(response, request.headers["accept-encoding"], ready),
    );
  });
  const problem = await listen(server, options.listen);
  if (problem !== undefined) {
    return {
      outcome: "not_listening",
      message: `http.listen: cannot listen on ${formatListen(options.listen)}: ${problem}`,
    };
  }
  server.on("error", (error) => context.log.warn({ err: error }, "http: the server reports a fault"));

  const { port } = server.address() as AddressInfo;
  const visible = ["0.0.0.0", "::"].includes(options.listen.host) ? "127.0.0.1" : options.listen.host;
  return {
    outcome: "listening",
    url: `http://${formatListen({ host: visible, port })}/`,
    close: () => close(server, context.clock),
  };
}
