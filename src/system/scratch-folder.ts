/** A folder for what need not outlive the program. */
import { rmSync } from "node:fs";
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

const REMOVE_OPTIONS = { recursive: true, force: true, maxRetries: 3 };

/**
 * Makes a new, empty folder for this user alone where the system keeps such folders. It is removed when the
 * program ends, however it comes to that, except by SIGKILL.
 */
export async function makeScratchFolder(prefix: string): Promise<ScratchFolder> {
  const root = await mkdtemp(join(tmpdir(), prefix));
  const removeAtExit = () => rmSync(root, REMOVE_OPTIONS);
  process.once("exit", removeAtExit);
  return {
    path: root,
    append: async (path, text) => {
      const file = join(root, path);
      await mkdir(dirname(file), { recursive: true });
      await appendFile(file, text);
    },
    remove: async () => {
      await rm(root, REMOVE_OPTIONS);
      process.off("exit", removeAtExit);
    },
  };
}
