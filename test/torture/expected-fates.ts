/**
 * What must become of each line of a folder of audit files: worked out from the bytes by the rules of the
 * documentation, with none of the program's own code.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

interface ExpectedLine {
  readonly file: string;
  readonly offset: number;
  readonly id: string;
  /** The line without its newline and the `\r` before it. */
  readonly bytes: Buffer;
  readonly record: Readonly<Record<string, unknown>>;
}

export interface ExpectedFates {
  /** Lines that are JSON objects. */
  readonly documents: readonly ExpectedLine[];
  /** Lines that are not: file and offset. */
  readonly broken: readonly string[];
  readonly blank: number;
  readonly lines: number;
}

/** How a place in a file is written in the comparisons of these tests. */
export function place(file: string, offset: number): string {
  return `${file}:${offset}`;
}

function parseObject(bytes: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString());
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Reads every file of the folder; each must end with a newline. */
export function expectedFates(directory: string): ExpectedFates {
  const documents: ExpectedLine[] = [];
  const broken: string[] = [];
  let blank = 0;
  let lines = 0;
  for (const file of readdirSync(directory).sort()) {
    const content = readFileSync(join(directory, file));
    const firstLine = content.subarray(0, Math.min(content.indexOf("\n"), 64 * 1024));
    const prefix = createHash("sha256")
      .update(`\0${file}\0`)
      .update(firstLine)
      .digest("base64url")
      .slice(0, 22);
    for (let offset = 0; offset < content.length; ) {
      const newline = content.indexOf("\n", offset);
      const end = content[newline - 1] === 0x0d && newline > offset ? newline - 1 : newline;
      const bytes = content.subarray(offset, end);
      const record = parseObject(bytes);
      if (bytes.length === 0) blank += 1;
      else if (record) documents.push({ file, offset, id: `${prefix}-${offset}`, bytes, record });
      else broken.push(place(file, offset));
      lines += 1;
      offset = newline + 1;
    }
  }
  return { documents, broken, blank, lines };
}

/** How two lists differ as multisets; both empty if they do not. What is found twice is unexpected once. */
export function difference(
  found: readonly string[],
  wanted: readonly string[],
): { readonly missing: string[]; readonly unexpected: string[] } {
  const open = new Map<string, number>();
  for (const entry of wanted) open.set(entry, (open.get(entry) ?? 0) + 1);
  const unexpected: string[] = [];
  for (const entry of found) {
    const left = open.get(entry) ?? 0;
    if (left > 0) open.set(entry, left - 1);
    else unexpected.push(entry);
  }
  const missing = [...open].flatMap(([entry, left]) => Array.from({ length: left }, () => entry));
  return { missing, unexpected };
}

export const NO_DIFFERENCE = { missing: [], unexpected: [] };
