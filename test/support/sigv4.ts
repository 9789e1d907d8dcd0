/**
 * Verifies AWS Signature Version 4 of a request as the services do, without any code of AWS: the algorithm of
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
import { createHash, createHmac } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

/** A request as it arrived. */
export interface SignedRequest {
  readonly method: string;
  /** With path and query exactly as they were sent; the host does not matter. */
  readonly url: string | URL;
  /** Names in lower case, as Node gives them. */
  readonly headers: IncomingHttpHeaders;
  /** As it was sent: compressed, if it was compressed. */
  readonly body: Uint8Array | string;
}

export interface AwsSecrets {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Then the request has to carry it, signed. */
  readonly sessionToken?: string;
}

/** Where and when a request was signed for: `20150830/us-east-1/es`. */
export interface SignatureScope {
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;

/** What a request says it was signed for; undefined if it carries no signature. */
export function signatureScope({ headers }: Pick<SignedRequest, "headers">): SignatureScope | undefined {
  const match = AUTHORIZATION.exec(headers.authorization ?? "");
  return match === null
    ? undefined
    : { date: match[2] ?? "", region: match[3] ?? "", service: match[4] ?? "" };
}

/** Why the signature is wrong; undefined if it is right. The time of the signature is not compared with now. */
export function verifySigV4(request: SignedRequest, secrets: AwsSecrets): string | undefined {
  const { headers, body } = request;
  const match = AUTHORIZATION.exec(headers.authorization ?? "");
  if (match === null) return "there is no Authorization header with AWS4-HMAC-SHA256";
  const [, accessKeyId, date = "", region = "", service = "", names = "", signature] = match;
  const signedNames = names.split(";");
  const time = headerText(headers, "x-amz-date");
  const sentHash = headers["x-amz-content-sha256"];
  const payloadHash = sha256(body);

  if (accessKeyId !== secrets.accessKeyId) return `the access key is ${accessKeyId}`;
  if (!/^\d{8}T\d{6}Z$/.test(time)) return `x-amz-date is ${JSON.stringify(time)}`;
  if (!time.startsWith(date)) return `x-amz-date ${time} is not of the day of the scope, ${date}`;
  if (sentHash !== undefined && sentHash !== payloadHash)
    return "x-amz-content-sha256 is not that of the body";
  if (headers["x-amz-security-token"] !== secrets.sessionToken) return "x-amz-security-token is another";
  if (names !== [...signedNames].sort().join(";")) return `the signed headers are not sorted: ${names}`;
  const unsigned = Object.keys(headers).filter(
    (name) => (name === "host" || name.startsWith("x-amz-")) && !signedNames.includes(name),
  );
  if (unsigned.length > 0) return `not signed: ${unsigned.join(", ")}`;

  const { path, query } = splitUrl(request.url);
  const canonicalRequest = [
    request.method,
    canonicalPath(path),
    canonicalQuery(query),
    ...signedNames.map((name) => `${name}:${headerText(headers, name)}`),
    "",
    names,
    payloadHash,
  ].join("\n");
  const scope = `${date}/${region}/${service}/aws4_request`;
  const stringToSign = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha256(canonicalRequest)}`;
  const key = [date, region, service, "aws4_request"].reduce<Buffer | string>(
    (derived, part) => createHmac("sha256", derived).update(part).digest(),
    `AWS4${secrets.secretAccessKey}`,
  );
  const expected = createHmac("sha256", key).update(stringToSign).digest("hex");
  return signature === expected ? undefined : "the signature is not that of this request and this secret";
}

function sha256(content: Uint8Array | string): string {
  return createHash("sha256").update(content).digest("hex");
}

/** Trimmed, runs of spaces as one, several values joined by commas. */
function headerText(headers: IncomingHttpHeaders, name: string): string {
  return [headers[name] ?? ""]
    .flat()
    .map((value) => value.trim().replace(/ +/g, " "))
    .join(",");
}

/** Path and query as they were written: `URL` would resolve and encode them anew. */
function splitUrl(url: string | URL): { path: string; query: string } {
  const [, path = "", query = ""] = /^(?:https?:\/\/[^/?]*)?([^?]*)\??(.*)$/.exec(String(url)) ?? [];
  return { path: path === "" ? "/" : path, query };
}

/** For all services but S3 the path, which is encoded already, is encoded once more. */
function canonicalPath(path: string): string {
  return path.split("/").map(encode).join("/");
}

/** Sorted by name, then by value, each encoded once. */
function canonicalQuery(query: string): string {
  const decode = (text = "") => decodeURIComponent(text.replaceAll("+", " "));
  return query
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => pair.split("=", 2))
    .map(([name, value]) => [encode(decode(name)), encode(decode(value))] as const)
    .sort(([name, value], [otherName, otherValue]) =>
      name === otherName ? compare(value, otherValue) : compare(name, otherName),
    )
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** RFC 3986: all but letters, digits, `-`, `.`, `_` and `~` is encoded. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
