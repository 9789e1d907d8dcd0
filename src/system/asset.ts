/** Files that belong to the program: its own, beside the code, and those of the packages it uses. */
import { readFileSync } from "node:fs";

/** A file of the program by its path below `src`. The build puts it at the same place below `dist`. */
export function programFile(path: string): URL {
  // From `src/system` as from `dist/parts`.
  return new URL(`../${path}`, import.meta.url);
}

/** The text of a file of the program, by its URL. Throws if the installation is not complete. */
export function readAsset(url: string | URL): string {
  return readFileSync(new URL(url), "utf8");
}
