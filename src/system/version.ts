/** The version of this program, as its package says. */
import { readFileSync } from "node:fs";

let cached: string | undefined;

/** `0.1.0`. From the package's own file: above `src/system` as above `dist/parts`. */
export function programVersion(): string {
  cached ??= String(JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")).version);
  return cached;
}
