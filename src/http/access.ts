/**
 * Who may ask: the check of the Host header, which keeps other sites' pages from reading the daemon through a
 * visitor's browser (DNS rebinding), and the check of the token.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { isIP } from "node:net";
import { isLoopback } from "../config/listen.ts";

/** What the Host header may name. */
export interface HostRule {
  /** The host that the server listens on. */
  readonly listenHost: string;
  /** Further names of this machine, in lower case. */
  readonly names: readonly string[];
}

/** The host of `host:port`, in lower case and without brackets; undefined if `authority` is no such thing. */
function hostOf(authority: string): string | undefined {
  const [, bracketed, plain] = /^(?:\[([^\]]+)\]|([^\s:/?#@]+))(?::\d*)?$/.exec(authority) ?? [];
  return (bracketed ?? plain)?.toLowerCase();
}

/**
 * True if a request with this Host header is meant for this server. The port does not matter: it may have been
 * published under another one.
 */
export function isOwnHost(header: string | undefined, { listenHost, names }: HostRule): boolean {
  const host = hostOf(header ?? "");
  if (host === undefined) return false;
  if (isLoopback(host) || host === listenHost.toLowerCase() || names.includes(host)) return true;
  // Rebinding needs a name, so a bare address is safe; the one that reached us may be a router's or the engine's.
  return !isLoopback(listenHost) && isIP(host) !== 0;
}

/** The secret that an Authorization header carries: a Bearer token, or the password of HTTP Basic. */
function presentedSecret(authorization: string): string | undefined {
  const [, scheme = "", value = ""] = /^(\w+) +(.+?) *$/.exec(authorization) ?? [];
  if (scheme.toLowerCase() === "bearer") return value;
  if (scheme.toLowerCase() !== "basic") return undefined;
  const userAndPassword = Buffer.from(value, "base64").toString();
  const colon = userAndPassword.indexOf(":");
  return colon === -1 ? undefined : userAndPassword.slice(colon + 1);
}

function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/** True if the header carries `token`. Hashes are compared, in constant time, so that not even its length shows. */
export function carriesToken(authorization: string | undefined, token: string): boolean {
  const secret = presentedSecret(authorization ?? "");
  return secret !== undefined && timingSafeEqual(sha256(secret), sha256(token));
}
