/** Files that belong to the program: its own, beside the code, and those of the packages it uses. */
import { readFileSync } from "node:fs";

/** The text of a file of the program, by its URL. Throws if the installation is not complete. */
export function readAsset(url: string | URL): string {
  return readFileSync(new URL(url), "utf8");
}
