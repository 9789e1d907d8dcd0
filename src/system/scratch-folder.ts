/** A folder for what need not outlive the program. */
import { appendFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export interface ScratchFolder {
  readonly path: string;
  /** Appends to the file at `path` in it; makes the file, and the folders above it, if they are not there. */
  append(path: string, text: string): Promise<void>;
  /** Removes the folder and all that is in it; no error if it is gone already. */
  remove(): Promise<void>;
}

/** Makes a new, empty folder for this user alone where the system keeps such folders. */
export async function makeScratchFolder(prefix: string): Promise<ScratchFolder> {
  const root = await mkdtemp(join(tmpdir(), prefix));
  return {
    path: root,
    append: async (path, text) => {
      const file = join(root, path);
      await mkdir(dirname(file), { recursive: true });
      await appendFile(file, text);
    },
    remove: () => rm(root, { recursive: true, force: true, maxRetries: 3 }),
  };
}
