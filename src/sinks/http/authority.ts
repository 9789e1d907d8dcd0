/** A server's authority, known by its fingerprint alone, so that no file with it has to be at hand. */
import { once } from "node:events";
import { isIP } from "node:net";
import { connect, type DetailedPeerCertificate } from "node:tls";
import { ConfigurationFault, type TlsMaterial } from "./tls.ts";

/**
 * Asks these servers, one after the other, for the certificate with this fingerprint (SHA-256, with or without colons)
 * in their chain; gives it as PEM, to be trusted from then on like any `ca_file`. Nothing is sent to a server here.
 *
 * Rejects with a {@link ConfigurationFault} if a server shows another chain, or with Node's error if none can be asked.
 */
export async function fetchAuthority(
  endpoints: readonly URL[],
  fingerprint: string,
  material: TlsMaterial,
  signal: AbortSignal,
): Promise<Buffer> {
  let failure: unknown;
  for (const endpoint of endpoints) {
    try {
      const chain = await fetchChain(endpoint, material, signal);
      const authority = chain.find((certificate) => isFingerprint(certificate.fingerprint256, fingerprint));
      if (authority !== undefined) return toPem(authority.raw);
    } catch (error) {
      failure = error;
      continue;
    }
    throw new ConfigurationFault(
      `tls.ca_fingerprint: ${endpoint.origin} shows no certificate with this SHA-256: compare it with that of the authority, or set tls.ca_file if the server does not show its authority`,
    );
  }
  throw failure;
}

/** The certificates that a server shows, its own first. They are not checked: what they are good for is their fingerprint. */
async function fetchChain(
  { hostname, port }: URL,
  { cert, key }: TlsMaterial,
  signal: AbortSignal,
): Promise<DetailedPeerCertificate[]> {
  const host = hostname.replace(/^\[|\]$/g, "");
  const socket = connect({
    host,
    port: Number(port === "" ? 443 : port),
    rejectUnauthorized: false,
    ...(isIP(host) === 0 && { servername: host }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  });
  try {
    await once(socket, "secureConnect", { signal });
    return chainOf(socket.getPeerCertificate(true));
  } finally {
    // What comes after the handshake is of no interest, an error neither.
    socket.on("error", () => undefined).destroy();
  }
}

/** Each certificate names its issuer, the last one itself or nobody. */
function chainOf(first: DetailedPeerCertificate): DetailedPeerCertificate[] {
  const chain = [first];
  for (const { issuerCertificate: issuer } of chain) {
    if (issuer !== undefined && !chain.includes(issuer)) chain.push(issuer);
  }
  return chain;
}

function isFingerprint(found: string, expected: string): boolean {
  return found.replaceAll(":", "") === expected.replaceAll(":", "").toUpperCase();
}

function toPem(der: Buffer): Buffer {
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return Buffer.from(["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n"));
}
