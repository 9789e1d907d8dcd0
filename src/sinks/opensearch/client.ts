/** Loads and configures the official client: nodes, credentials, TLS. */
import { createSecureContext } from "node:tls";
import type { Client, ClientOptions } from "@opensearch-project/opensearch";
import { errorCode, systemFiles } from "../../system/files.ts";
import type { TlsOptions } from "../options.ts";
import { mendedConnection } from "./connection.ts";
import type { OpenSearchOptions } from "./options.ts";

const SOCKETS_FOR_QUESTIONS = 2;

/** Something that the configuration names is not there or of no use. The message says what to do. */
export class ConfigurationFault extends Error {}

/** Makes a client. Reads the files of `tls`; rejects with a {@link ConfigurationFault} if one cannot be read. */
export async function openClient(options: OpenSearchOptions): Promise<Client> {
  const ssl = await readTls(options.tls);
  // Loading takes a tenth of a second, which only users of this sink shall pay.
  const { Client, Connection } = await import("@opensearch-project/opensearch");
  return new Client({
    nodes: nodesOf(options),
    ssl,
    Connection: mendedConnection(Connection),
    // The lane alone sends again.
    maxRetries: 0,
    // The transport above counts the time, until the end of the answer.
    requestTimeout: 0,
    agent: { keepAlive: true, maxSockets: options.max_in_flight + SOCKETS_FOR_QUESTIONS },
  });
}

type Nodes = NonNullable<Exclude<ClientOptions["nodes"], string | string[]>>;

/** Credentials go into a header, out of the URLs: those end up in messages. */
function nodesOf(options: OpenSearchOptions): Nodes {
  const urls = options.endpoints.map((endpoint) => new URL(endpoint));
  const { auth } = options;
  const inUrl = urls.find((url) => url.username !== "");
  const credentials =
    auth !== undefined
      ? `${auth.username}:${auth.password}`
      : inUrl && `${decodePercent(inUrl.username)}:${decodePercent(inUrl.password)}`;
  return urls.map((url) => ({
    url: new URL(url.pathname, url.origin),
    headers:
      credentials === undefined
        ? {}
        : { authorization: `Basic ${Buffer.from(credentials).toString("base64")}` },
  }));
}

/** A `%` that encodes nothing stands for itself. */
function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

async function readTls(tls: TlsOptions): Promise<NonNullable<ClientOptions["ssl"]>> {
  const [ca, cert, key] = await Promise.all([
    readPem("ca_file", tls.ca_file),
    readPem("cert_file", tls.cert_file),
    readPem("key_file", tls.key_file),
  ]);
  const files = {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  };
  try {
    createSecureContext(files);
  } catch (error) {
    throw new ConfigurationFault(`tls: certificate and key cannot be used together (${errorCode(error)})`);
  }
  return { ...files, rejectUnauthorized: tls.verify };
}

async function readPem(option: string, path: string): Promise<Buffer | undefined> {
  if (path === "") return undefined;
  const content = await systemFiles.readWhole(path).catch((error: unknown) => {
    throw new ConfigurationFault(`tls.${option}: ${path} cannot be read (${errorCode(error)})`);
  });
  if (content === undefined) throw new ConfigurationFault(`tls.${option}: there is no file ${path}`);
  if (!content.includes("-----BEGIN ")) {
    throw new ConfigurationFault(`tls.${option}: expected a PEM file, found something else in ${path}`);
  }
  return content;
}
