/** How a body travels: compressed, if that is worth it and the client can read it. */
import { promisify } from "node:util";
import { gzip } from "node:zlib";

const gzipAsync = promisify(gzip);

/** Smaller bodies fit a packet or two as they are. */
const COMPRESSED_FROM_BYTES = 1400;

export interface EncodedBody {
  readonly bytes: Buffer;
  /** The headers that say how it is encoded. */
  readonly encoding: Readonly<Record<string, string>>;
}

/** True if `header` names gzip and does not give it a weight of zero (RFC 9110, 12.5.3). */
function acceptsGzip(header: string): boolean {
  return header.split(",").some((part) => /^\s*(?:gzip|\*)\s*(?:;\s*q=(?!0(?:\.0*)?\s*$).*)?$/i.test(part));
}

/** Encodes a text for a client that sent this Accept-Encoding header. */
export async function encodeBody(body: string, acceptEncoding: string | undefined): Promise<EncodedBody> {
  const bytes = Buffer.from(body);
  if (bytes.length < COMPRESSED_FROM_BYTES) return { bytes, encoding: {} };
  const encoding = { Vary: "Accept-Encoding" };
  if (!acceptsGzip(acceptEncoding ?? "")) return { bytes, encoding };
  return { bytes: await gzipAsync(bytes), encoding: { ...encoding, "Content-Encoding": "gzip" } };
}
