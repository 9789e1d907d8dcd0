/** A folder for what need not outlive the program. */
import { appendFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface ScratchFolder {
  readonly path: string;
  /** Appends to the file `name` in it, which is made if it is not there. */
  append(name: string, text: string): Promise<void>;
  /** Removes the folder and all that is in it; no error if it is gone already. */
  remove(): Promise<void>;
}

/** Makes a new, empty folder for this user alone where the system keeps such folders. */
export async function makeScratchFolder(prefix: string): Promise<ScratchFolder> {
  const path = await mkdtemp(join(tmpdir(), prefix));
  return {
    path,
    append: (name, text) => appendFile(join(path, name), text),
    remove: () => rm(path, { recursive: true, force: true, maxRetries: 3 }),
  };
}
