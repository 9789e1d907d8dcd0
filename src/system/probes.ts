/** Questions to the machine that `check` asks before a daemon depends on the answers. Nothing is left behind. */
import { constants } from "node:fs";
import { access, statfs } from "node:fs/promises";
import { createServer } from "node:net";
import { errorCode } from "./files.ts";

export interface Probes {
  /** Undefined if this user may list and enter the folder, else the system's error code. */
  readRefusal(directory: string): Promise<string | undefined>;
  /** Undefined if this user may create files in the folder, else the system's error code. */
  writeRefusal(directory: string): Promise<string | undefined>;
  /** Bytes that this user may still write to the file system of `path`. */
  freeBytes(path: string): Promise<number>;
  /** Undefined if a server could listen there now, else the system's error code. */
  listenRefusal(host: string, port: number): Promise<string | undefined>;
}

async function refusal(attempt: Promise<unknown>): Promise<string | undefined> {
  try {
    await attempt;
    return undefined;
  } catch (error) {
    return errorCode(error) ?? "unknown error";
  }
}

async function listenOnce(host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve()));
  });
}

export const systemProbes: Probes = {
  readRefusal: (directory) => refusal(access(directory, constants.R_OK | constants.X_OK)),
  writeRefusal: (directory) => refusal(access(directory, constants.W_OK | constants.X_OK)),
  freeBytes: async (path) => {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  },
  listenRefusal: (host, port) => refusal(listenOnce(host, port)),
};
