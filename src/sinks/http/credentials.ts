/** Who we are to a server → the header `authorization`. */
import type { AuthOptions } from "../options.ts";

/**
 * The value of the header: what `auth` says, else a user that stands in one of `endpoints`. Undefined if there is
 * neither; what is signed instead (`sigv4`) has no such value.
 */
export function authorization(auth: AuthOptions | undefined, endpoints: readonly URL[]): string | undefined {
  if (auth?.api_key !== undefined) return `ApiKey ${encodedApiKey(auth.api_key)}`;
  if (auth?.bearer !== undefined) return `Bearer ${auth.bearer}`;
  if (auth?.username !== undefined) return basic(auth.username, auth.password ?? "");
  const inUrl = endpoints.find(({ username }) => username !== "");
  return auth === undefined && inUrl !== undefined
    ? basic(decodePercent(inUrl.username), decodePercent(inUrl.password))
    : undefined;
}

/** The address of a node without a user: addresses end up in messages. */
export function withoutUser(endpoint: URL): URL {
  return new URL(endpoint.pathname, endpoint.origin);
}

function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}

/** Keys are shown as `id:secret` or, by their creation, as its base64 encoding, in which no colon can be. */
function encodedApiKey(apiKey: string): string {
  return apiKey.includes(":") ? Buffer.from(apiKey).toString("base64") : apiKey;
}

/** A `%` that encodes nothing stands for itself. */
function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
