/** The project's files as text, and what of them the tidy test looks at. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Files that git knows or would take, by path from the project's folder. */
export function projectFiles(pattern: RegExp): string[] {
  const options = ["ls-files", "--cached", "--others", "--exclude-standard"];
  const listed = execFileSync("git", options, { encoding: "utf8" }).trimEnd().split("\n");
  return listed.filter((path) => pattern.test(path) && existsSync(path)).toSorted();
}

export function contentOf(path: string): string {
  return readFileSync(path, "utf8");
}

/** Strings, templates and regular expressions are kept, so that what looks like a comment in them is none. */
const COMMENT_OR_LITERAL =
  /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`|\/(?![*/])(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[dgimsuvy]*(?=\s*[.,;)\]])|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;

/** The content without comments. */
export function codeOf(path: string): string {
  return contentOf(path).replace(COMMENT_OR_LITERAL, (found) => (/^\/[/*]/.test(found) ? "" : found));
}

/** The code without texts either: what is left are calls and names. */
export function callsOf(path: string): string {
  return codeOf(path).replace(COMMENT_OR_LITERAL, '""');
}

/** The files of the project that `path` imports, statically or while it runs, types included. */
export function importsOf(path: string): string[] {
  const found = codeOf(path).matchAll(/(?:\bfrom\s+|\bimport\s*\(\s*|\bimport\s+)"(\.{1,2}\/[^"]+)"/g);
  return [...found].map(([, target = ""]) => join(dirname(path), target));
}

/** The folder directly under src/; a file that stands there itself is its own folder. */
export function layerOf(path: string): string {
  return path.split("/")[1] ?? "";
}
