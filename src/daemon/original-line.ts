/** Finds the line of a dead letter in the audit files again, as long as they hold it. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { DeadLetter } from "../lane/dead-letters.ts";
import type { Files, OpenFile } from "../system/files.ts";
import { LINE_BYTES_MAX } from "../tail/block.ts";
import { identifyGeneration } from "../tail/generation.ts";
import { readFirstLine, readFully } from "../tail/tracked-file.ts";
import { isRedactionOf } from "./redacted-line.ts";

const NEWLINE = 0x0a;
const CHUNK_BYTES = 64 * 1024;

/** Generations above this number are not looked for: nobody rewrites one file under the same first line so often. */
const GENERATION_NUMBER_MAX = 15;

export class OriginalLines {
  readonly #directory: string;
  readonly #instance: string;
  readonly #files: Files;
  /** The first line of every file, by its present name; read once. */
  #firstLines: Promise<ReadonlyMap<string, Buffer>> | undefined;
  /** Which files can be a generation, by its id. */
  readonly #names = new Map<string, readonly string[]>();

  /**
   * @param directory the audit folder
   * @param instance the configuration's `instance`, part of every id
   */
  constructor(directory: string, instance: string, files: Files) {
    this.#directory = directory;
    this.#instance = instance;
    this.#files = files;
  }

  /**
   * The letter's line as it stands in the file, without newline; undefined if no file holds it any more, or none
   * that can be read.
   */
  async find(letter: DeadLetter): Promise<Buffer | undefined> {
    for (const name of await this.#namesOf(letter)) {
      const line = await this.#withFile(name, (file) => readLineAt(file, letter.offset));
      if (line !== undefined && isLineOf(letter, line)) return line;
    }
    return undefined;
  }

  async #namesOf(letter: DeadLetter): Promise<readonly string[]> {
    const known = this.#names.get(letter.generationId);
    if (known !== undefined) return known;
    this.#firstLines ??= this.#readFirstLines();
    const names = [...(await this.#firstLines)]
      .filter(([, firstLine]) => this.#isGeneration(letter, firstLine))
      .map(([name]) => name);
    this.#names.set(letter.generationId, names);
    return names;
  }

  /** True if a file with this first line, which had the letter's file name at first, can be the letter's file. */
  #isGeneration({ generationId, file }: DeadLetter, firstLine: Buffer): boolean {
    for (let number = 0; number <= GENERATION_NUMBER_MAX; number++) {
      if (identifyGeneration(this.#instance, file, firstLine, number).id === generationId) return true;
    }
    return false;
  }

  async #readFirstLines(): Promise<ReadonlyMap<string, Buffer>> {
    const firstLines = new Map<string, Buffer>();
    const names = await this.#files.list(this.#directory).catch(() => []);
    for (const name of names) {
      const firstLine = await this.#withFile(name, readFirstLine);
      if (firstLine !== undefined) firstLines.set(name, Buffer.from(firstLine));
    }
    return firstLines;
  }

  /** What `read` finds in a file; undefined if it is no regular file or cannot be read. */
  async #withFile<Found>(
    name: string,
    read: (file: OpenFile) => Promise<Found | undefined>,
  ): Promise<Found | undefined> {
    let file: OpenFile | undefined;
    try {
      const path = join(this.#directory, name);
      if ((await this.#files.stat(path))?.kind !== "file") return undefined;
      file = await this.#files.open(path);
      return await read(file);
    } catch {
      return undefined; // Gone or unreadable: then the line that was kept must do.
    } finally {
      await file?.close();
    }
  }
}

/** The whole line that starts at `offset`, without newline; undefined if none starts there, or one that is too long. */
export async function readLineAt(file: OpenFile, offset: number): Promise<Buffer | undefined> {
  if (offset > 0 && (await readFully(file, offset - 1, 1))[0] !== NEWLINE) return undefined;
  for (let length = CHUNK_BYTES; ; length *= 4) {
    const bytes = await readFully(file, offset, Math.min(length, LINE_BYTES_MAX + 1));
    const newline = bytes.indexOf(NEWLINE);
    if (newline >= 0) return bytes.subarray(0, newline);
    if (bytes.length < length) return undefined;
  }
}

/** True if this is the line that became the letter, and not another one that was written over it. */
function isLineOf(letter: DeadLetter, line: Buffer): boolean {
  if (letter.sha256 === undefined) return isRedactionOf(letter.line, line);
  return (
    line.length === letter.lengthBytes && createHash("sha256").update(line).digest("hex") === letter.sha256
  );
}
