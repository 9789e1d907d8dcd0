/**
 * A generation: one content of one audit file, from its first byte on.
 *
 * A file that is truncated or rewritten becomes a new generation. Everything that must be the same after a
 * restart, on a new host or without the state folder hangs on the generation's id.
 */
import { createHash } from "node:crypto";

/** How much of a first line identifies a file, in bytes. */
export const FIRST_LINE_BYTES_MAX = 64 * 1024;

export interface Generation {
  /** The first 22 characters of every document id of this generation. */
  readonly id: string;
  /** The name under which the file was first seen; a rename does not change it. */
  readonly name: string;
  /** `YYYY-MM-DD`, the first such date in the name; undefined if it has none. */
  readonly day: string | undefined;
  /** SHA-256 (hex) of the first line, of its first 64 KiB if it is longer. */
  readonly firstLineSha256: string;
  /** 0, but n for the n-th time that the same name and first line started again with other bytes. */
  readonly number: number;
}

/** The document id of the line that starts at `offset` of this generation. */
export function documentId(generation: Pick<Generation, "id">, offset: number): string {
  return `${generation.id}-${offset}`;
}

/** The first date in a file name that is a day of the calendar, or undefined. */
export function dayInName(name: string): string | undefined {
  const dates = name.match(/\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])/g) ?? [];
  // 31 February is taken as 3 March.
  return dates.find((date) => new Date(date).getUTCDate() === Number(date.slice(8)));
}

/** What a generation keeps of its first line (without the newline, cut at 64 KiB): SHA-256 in hex. */
export function hashFirstLine(firstLine: Uint8Array): string {
  return createHash("sha256").update(firstLine).digest("hex");
}

/** Makes the generation of a file from its name and its first line (without the newline). */
export function identifyGeneration(
  instance: string,
  name: string,
  firstLine: Uint8Array,
  number: number,
): Generation {
  const hash = createHash("sha256").update(`${instance}\0${name}\0`).update(firstLine);
  if (number > 0) hash.update(`\0${number}`);
  return {
    id: hash.digest("base64url").slice(0, 22),
    name,
    day: dayInName(name),
    firstLineSha256: hashFirstLine(firstLine),
    number,
  };
}
