/** The files that the option `tls` names. */
import { createSecureContext } from "node:tls";
import { errorCode, systemFiles } from "../../system/files.ts";
import type { TlsOptions } from "../options.ts";

/** Something that the configuration names is not there or of no use. The message says what to do. */
export class ConfigurationFault extends Error {}

/** What Node's TLS takes. */
export interface TlsMaterial {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
  readonly rejectUnauthorized: boolean;
}

/** Reads the files of `tls`. Rejects with a {@link ConfigurationFault} if one of them is of no use. */
export async function readTls(tls: TlsOptions): Promise<TlsMaterial> {
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
