/**
 * What was really written: every content that an audit file ever had, line by line.
 *
 * A content only grows. Cutting or rewriting a file in place ends its content and begins another one.
 */
import { createHash } from "node:crypto";
import { dayInName } from "../../../src/tail/generation.ts";

/** Each line that is not blank holds one of these: no two are equal, and none can hide in a log. */
export const TOKEN = /zq\d+zq/;

const NEWLINE = 0x0a;
const FIRST_LINE_BYTES_MAX = 64 * 1024;
const TAIL_BYTES = 4096;

/** A complete line. The same object belongs to two contents where one began as the start of the other. */
export interface WrittenLine {
  readonly offset: number;
  /** Without the newline. */
  readonly bytes: Buffer;
  /** What no other line holds; empty for one that is blank or torn. */
  readonly token: string;
  /** Destroyed before it had a fate: it may have arrived or not. */
  mayBeLost: boolean;
  /** Only an open handle leads to it: a crash destroys it. */
  hangsOnHandle: boolean;
}

export class Content {
  /** Names under which it stood in the folder. */
  readonly names = new Set<string>();
  readonly lines: WrittenLine[] = [];
  #bytes = Buffer.alloc(1024);
  #length = 0;
  #lineStart = 0;
  /** Some bytes before this offset may have been read from the content before. */
  mixedUpTo = 0;
  /** A reader may have taken the content after for this one. */
  isMixed = false;
  /** At a crash, lines beyond the durable checkpoint had been delivered. */
  wasAheadAtCrash = false;
  /** At a crash, lines had been delivered and no durable checkpoint knew of it. */
  wasUnknownAtCrash = false;
  /** Since when no name of the folder leads to it. */
  goneSinceMs: number | undefined;

  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  get length(): number {
    return this.#length;
  }

  get partialBytes(): number {
    return this.#length - this.#lineStart;
  }

  /** Appends bytes; returns the lines that became complete. */
  append(bytes: Buffer): WrittenLine[] {
    while (this.#length + bytes.length > this.#bytes.length)
      this.#bytes = Buffer.concat([this.#bytes, Buffer.alloc(this.#bytes.length)]);
    bytes.copy(this.#bytes, this.#length);
    this.#length += bytes.length;
    const before = this.lines.length;
    for (;;) {
      const newline = this.bytes.indexOf(NEWLINE, this.#lineStart);
      if (newline < 0) return this.lines.slice(before);
      const bytes = Buffer.from(this.bytes.subarray(this.#lineStart, newline));
      this.lines.push({
        offset: this.#lineStart,
        bytes,
        token: TOKEN.exec(bytes.toString("latin1"))?.[0] ?? "",
        mayBeLost: false,
        hangsOnHandle: false,
      });
      this.#lineStart = newline + 1;
    }
  }

  /** A content that begins as the first `length` bytes of this one. */
  cutTo(length: number): Content {
    const cut = new Content();
    cut.append(Buffer.from(this.bytes.subarray(0, length)));
    for (let index = 0; index < cut.lines.length; index++) {
      const line = this.lines[index];
      if (line !== undefined) cut.lines[index] = line;
    }
    return cut;
  }

  get firstLine(): Buffer | undefined {
    return this.lines[0]?.bytes.subarray(0, FIRST_LINE_BYTES_MAX);
  }

  /** The line at `offset`. */
  lineAt(offset: number): WrittenLine | undefined {
    let low = 0;
    let high = this.lines.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const line = this.lines[middle];
      if (line === undefined) return undefined;
      if (line.offset === offset) return line;
      if (line.offset < offset) low = middle + 1;
      else high = middle - 1;
    }
    return undefined;
  }

  /** SHA-256 of the last min(offset, 4096) bytes before `offset`. */
  tailSha256(offset: number): string {
    return createHash("sha256")
      .update(this.bytes.subarray(Math.max(0, offset - TAIL_BYTES), offset))
      .digest("hex");
  }
}

/** One way in which a content may be identified: the first part of its lines' ids. */
export interface Identity {
  readonly id: string;
  readonly name: string;
  readonly day: string | undefined;
  /** How often the same name and first line had started before. */
  readonly number: number;
}

interface Known {
  readonly rivals: readonly Content[];
  readonly identities: readonly Identity[];
}

export class History {
  readonly contents: Content[] = [];
  readonly #knownContents = new Map<Content, Known>();
  #state = 0;
  readonly #ids = new Map<string, string>();

  begin(content: Content): Content {
    this.contents.push(content);
    return content;
  }

  /** Contents with the same name and first line, this one included, oldest first. */
  rivals(content: Content): readonly Content[] {
    return this.#known(content).rivals;
  }

  /** Every identity that the design allows for a content: by each name it had, and by each number. */
  identities(content: Content): readonly Identity[] {
    return this.#known(content).identities;
  }

  /** Contents by name and first line change seldom, and are asked for at every step. */
  #known(content: Content): Known {
    const state = this.contents.reduce(
      (sum, one) => sum + 1 + one.names.size + Number(one.lines.length > 0),
      0,
    );
    if (state !== this.#state) this.#knownContents.clear();
    this.#state = state;
    let known = this.#knownContents.get(content);
    if (known === undefined) {
      known = this.#workOut(content);
      this.#knownContents.set(content, known);
    }
    return known;
  }

  #workOut(content: Content): Known {
    const { firstLine, names } = content;
    if (firstLine === undefined) return { rivals: [content], identities: [] };
    const rivals = this.contents.filter(
      (other) => other.firstLine?.equals(firstLine) && [...other.names].some((name) => names.has(name)),
    );
    const identities = [...names].flatMap((name) =>
      rivals.map((_, number) => ({
        id: this.#idOf(name, firstLine, number),
        name,
        number,
        day: dayInName(name),
      })),
    );
    return { rivals, identities };
  }

  #idOf(name: string, firstLine: Buffer, number: number): string {
    const key = `${number}\0${name}\0${firstLine.toString("latin1")}`;
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const ending = number > 0 ? `\0${number}` : "";
    const id = createHash("sha256")
      .update(Buffer.concat([Buffer.from(`\0${name}\0`), firstLine, Buffer.from(ending)]))
      .digest("base64url")
      .slice(0, 22);
    this.#ids.set(key, id);
    return id;
  }
}
