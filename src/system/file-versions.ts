/**
 * Notices that files have changed since they were read, by a look at the files alone.
 *
 * Links are followed, for Kubernetes exchanges a folder of secrets by turning a link.
 */
import { stat } from "node:fs/promises";
import { errorCode, type Files, systemFiles } from "./files.ts";

export class FileVersions implements Pick<Files, "readWhole"> {
  readonly #versions = new Map<string, string>();

  /** Reads a file as {@link Files} does, and remembers which version of it that was. */
  async readWhole(path: string): Promise<Buffer | undefined> {
    // Before the content: a change between the two is noticed later, never lost.
    await this.remember(path);
    return systemFiles.readWhole(path);
  }

  /** Remembers the version that is there now, which may be none. */
  async remember(path: string): Promise<void> {
    this.#versions.set(path, await versionOf(path));
  }

  /** The files that are not as they were; from now on these versions are the ones to compare with. */
  async changed(): Promise<readonly string[]> {
    const before = [...this.#versions];
    await Promise.all(before.map(([path]) => this.remember(path)));
    return before.filter(([path, version]) => this.#versions.get(path) !== version).map(([path]) => path);
  }
}

async function versionOf(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs } = await stat(path, { bigint: true });
    return [dev, ino, size, mtimeNs].join(":");
  } catch (error) {
    return errorCode(error) ?? "unknown error";
  }
}
