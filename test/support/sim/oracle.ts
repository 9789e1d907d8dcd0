/**
 * Judges a simulated run by what was written and what arrived, and by nothing else.
 *
 * Equality is impossible in a few places, and there the oracle asks for less:
 * - lines destroyed (cut, rewritten, deleted) before they had a fate, where no open handle led to them or the
 *   process that had it ended: they may be missing;
 * - a file cut or rewritten in place between two reads of one pass: what was read then is a mixture;
 * - a file cut or rewritten in place to a content with the same first line, when a crash took the knowledge of
 *   how far the content before was delivered: lines of the later content may carry ids that are taken;
 * - a file renamed when a crash took the knowledge that there was one: its lines come again under other ids.
 */
import assert from "node:assert/strict";
import type { DeadLetter } from "../../../src/lane/dead-letters.ts";
import type { Checkpoint } from "../../../src/tail/checkpoint.ts";
import { expectationOf, isValidTimestamp, wrongWith } from "./expected-document.ts";
import type { Content, History, Identity, WrittenLine } from "./history.ts";
import { POISON, WHOLE_POISON } from "./sim-server.ts";

/** Bytes that a document has beyond its line, at most. */
const ADDED_BYTES_MAX = 900;

interface Stored {
  readonly index: string;
  readonly bytes: Buffer;
}

export interface Arrivals {
  readonly indices: ReadonlyMap<string, ReadonlyMap<string, Buffer>>;
  readonly letters: ReadonlyMap<string, DeadLetter>;
}

/** A broken promise, in words. */
export class Violation extends Error {}

export class Oracle {
  readonly #history: History;
  readonly #arrivals: Arrivals;
  /** Documents of more bytes are refused. */
  readonly #bodyBytesMax: () => number;
  readonly #checked = new Map<string, number>();
  /** Lines whose absence or repetition was excused, and contents rewritten in place that were not. */
  readonly seen = { excusedLines: 0, judgedLines: 0, judgedRewrites: 0 };

  constructor(history: History, arrivals: Arrivals, bodyBytesMax: () => number) {
    this.#history = history;
    this.#arrivals = arrivals;
    this.#bodyBytesMax = bodyBytesMax;
  }

  /** True if the line has arrived under one of the ids it may have, or needs not to. */
  isSettled(content: Content, line: WrittenLine): boolean {
    return (
      isBlank(line) ||
      this.#history.identities(content).some(({ id }) => this.#hasArrivedAs(`${id}-${line.offset}`, line))
    );
  }

  /** A checkpoint stands just after a newline of a real content, and all before it has its fate. */
  checkCheckpoint(checkpoint: Checkpoint): void {
    const { generation, offset, tailSha256 } = checkpoint;
    if (offset === 0) return;
    const contents = this.#history.contents.filter((content) =>
      this.#history.identities(content).some(({ id }) => id === generation.id),
    );
    if (contents.some(({ isMixed }) => isMixed)) return;
    const content = contents.find((one) => one.length >= offset && one.tailSha256(offset) === tailSha256);
    if (content === undefined)
      throw new Violation(
        `a checkpoint at ${offset} of ${generation.name} (${generation.id}, ${generation.number}) fits none of the contents, of ${contents.map((one) => one.length)} bytes`,
      );
    if (content.bytes[offset - 1] !== 0x0a) throw new Violation("a checkpoint does not follow a newline");
    const key = `${generation.id} ${this.#history.contents.indexOf(content)}`;
    const from = this.#checked.get(key) ?? 0;
    for (const line of content.lines) {
      if (line.offset < from || line.offset >= offset) continue;
      const isDone = this.#hasArrived(`${generation.id}-${line.offset}`) || isBlank(line);
      if (!isDone)
        throw new Violation(
          `the checkpoint of ${generation.name} is at ${offset}, but the line at ${line.offset} has no fate`,
        );
    }
    this.#checked.set(key, Math.max(from, offset));
  }

  /** Generations with a number above 0 cannot be worked out again: each that was used is among the durable ones. */
  checkNumbers(durable: readonly Checkpoint[]): void {
    const known = new Set(durable.map(({ generation }) => generation.id));
    for (const content of this.#history.contents) {
      if (content.isMixed) continue;
      for (const { id, number, name } of this.#history.identities(content)) {
        if (number === 0 || known.has(id)) continue;
        if (content.lines.some(({ offset }) => this.#hasArrived(`${id}-${offset}`)))
          throw new Violation(`generation ${number} of ${name} was used, and is forgotten`);
      }
    }
  }

  /** After the end of a run. */
  judge(): void {
    const owners = this.#owners();
    const idsOf = new Map<WrittenLine, Set<string>>();
    for (const { id, stored, letter } of this.#allArrived()) {
      const [generationId = "", offsetText = ""] = [id.slice(0, 22), id.slice(23)];
      const contents = owners.get(generationId);
      if (contents === undefined) throw new Violation(`${id} was invented: no file has this identity`);
      const isTaken = contents.some(({ content }) => this.#isEclipsed(content));
      if (stored !== undefined && this.#arrivals.letters.has(id) && !isTaken)
        throw new Violation(`${id} is stored and a dead letter`);
      const problems: string[] = [];
      for (const { content, identity } of contents) {
        const line = content.lineAt(Number(offsetText));
        const problem =
          line === undefined
            ? "no line starts there"
            : stored === undefined
              ? this.#wrongLetter(line, letter)
              : this.#wrongDocument(content, identity, line, stored);
        if (problem === undefined && line !== undefined)
          idsOf.set(line, (idsOf.get(line) ?? new Set()).add(id));
        else problems.push(problem ?? "");
      }
      const isMatched = problems.length < contents.length;
      if (!isMatched && !contents.some(({ content }) => content.isMixed))
        throw new Violation(`${id} of ${[...(contents[0]?.content.names ?? [])]}: ${problems.join("; ")}`);
    }
    for (const content of this.#history.contents) this.#judgeContent(content, idsOf);
  }

  #judgeContent(content: Content, idsOf: ReadonlyMap<WrittenLine, ReadonlySet<string>>): void {
    if (content.names.size === 0) return;
    const rivals = this.#history.rivals(content);
    const isEclipsed = this.#isEclipsed(content);
    const isRewrite = rivals.length > 1 && rivals[0] !== content;
    if (isRewrite && !isEclipsed && !content.isMixed) this.seen.judgedRewrites++;
    for (const line of content.lines) {
      const ids = idsOf.get(line) ?? new Set();
      if (expectationOf(line.bytes).fate === "blank") {
        assert.equal(ids.size, 0);
        continue;
      }
      this.seen.judgedLines++;
      const isMixed = content.isMixed && line.offset < Math.max(content.mixedUpTo, 1);
      const isExcused = line.mayBeLost || isMixed || isEclipsed;
      if (ids.size === 0 && !isExcused)
        throw new Violation(
          `the line at ${line.offset} of ${[...content.names]} is lost: ${line.bytes.subarray(0, 200)}`,
        );
      if (ids.size === 0) this.seen.excusedLines++;
      const isForgotten = rivals.some((one) => one.wasUnknownAtCrash);
      // A cut or rewritten file is a new generation: what it still holds of the old one comes again.
      const copies = rivals.filter((one) => isSameDocument(one.lineAt(line.offset), line)).length;
      const idsMax = copies * (isForgotten ? content.names.size * rivals.length : 1);
      if (ids.size > idsMax && !rivals.some((one) => one.isMixed))
        throw new Violation(`the line at ${line.offset} of ${[...content.names]} has the ids ${[...ids]}`);
    }
  }

  /** True if ids of this content may be taken by another one, since nobody remembers how far that was delivered. */
  #isEclipsed(content: Content): boolean {
    const rivals = this.#history.rivals(content);
    return rivals.length > 1 && rivals.some((one) => one.wasAheadAtCrash);
  }

  /** True if the line arrived, under whatever id. */
  hasArrived(line: WrittenLine): boolean {
    const { token } = line;
    for (const { stored, letter } of this.#allArrived())
      if (stored?.bytes.includes(token) || letter?.line.includes(token)) return true;
    return isBlank(line);
  }

  /** For each identity the contents that may have it. */
  #owners(): Map<string, { readonly content: Content; readonly identity: Identity }[]> {
    const owners = new Map<string, { readonly content: Content; readonly identity: Identity }[]>();
    for (const content of this.#history.contents) {
      for (const identity of this.#history.identities(content)) {
        const known = owners.get(identity.id);
        if (known === undefined) owners.set(identity.id, [{ content, identity }]);
        else known.push({ content, identity });
      }
    }
    return owners;
  }

  #hasArrived(id: string): boolean {
    if (this.#arrivals.letters.has(id)) return true;
    for (const index of this.#arrivals.indices.values()) if (index.has(id)) return true;
    return false;
  }

  /** True if what arrived under `id` is this line; a file that was rewritten may have had another one there. */
  #hasArrivedAs(id: string, line: WrittenLine): boolean {
    const { token } = line;
    const letter = this.#arrivals.letters.get(id);
    // A line that was cut and went on otherwise has the token, too: such a line is broken.
    if (letter !== undefined) return this.#wrongLetter(line, letter) === undefined;
    if (expectationOf(line.bytes).fate === "broken") return false;
    for (const index of this.#arrivals.indices.values()) if (index.get(id)?.includes(token)) return true;
    return false;
  }

  *#allArrived(): Generator<{ id: string; stored?: Stored; letter?: DeadLetter }> {
    const seen = new Set<string>();
    for (const [index, documents] of this.#arrivals.indices) {
      for (const [id, bytes] of documents) {
        if (seen.has(id)) throw new Violation(`${id} stands in two indices`);
        seen.add(id);
        yield { id, stored: { index, bytes } };
      }
    }
    for (const [id, letter] of this.#arrivals.letters) yield { id, letter };
  }

  #wrongDocument(
    content: Content,
    { name, day }: Identity,
    line: WrittenLine,
    stored: Stored,
  ): string | undefined {
    const expected = expectationOf(line.bytes);
    if (expected.fate !== "document") return `a ${expected.fate} line is stored`;
    if (isPoison(line.bytes)) return "a poisoned line is stored";
    const index = `mem0-audit-logs-${(day ?? "none").replaceAll("-", ".")}`;
    if (day !== undefined && stored.index !== index) return `it stands in ${stored.index}`;
    const timestampBefore = this.#timestampBefore(content, line, day);
    const document: unknown = JSON.parse(stored.bytes.toString());
    const place = { name, offset: line.offset, timestampBefore };
    return wrongWith(document as Record<string, unknown>, expected.members, place);
  }

  #timestampBefore(content: Content, line: WrittenLine, day: string | undefined): string {
    for (let index = content.lines.indexOf(line) - 1; index >= 0; index--) {
      const expected = expectationOf(content.lines[index]?.bytes ?? Buffer.alloc(0));
      if (expected.fate === "document" && isValidTimestamp(expected.members["ts"]))
        return expected.members["ts"];
    }
    return `${day ?? "1970-01-01"}T00:00:00Z`;
  }

  #wrongLetter(line: WrittenLine, letter: DeadLetter | undefined): string | undefined {
    assert(letter !== undefined);
    const expected = expectationOf(line.bytes);
    if (expected.fate === "blank") return "a blank line is a dead letter";
    if (expected.fate === "broken") {
      if (!letter.type.startsWith("not_")) return `a broken line is a dead letter for ${letter.type}`;
      return letter.line.equals(line.bytes) ? undefined : "the letter of a broken line has other bytes";
    }
    if (!letter.line.includes(line.token)) return "the letter is that of another line";
    if (letter.type === "mapper_parsing_exception")
      return isPoison(line.bytes) ? undefined : "a healthy line is a dead letter";
    if (letter.type === "too_large")
      return line.bytes.length + ADDED_BYTES_MAX > this.#bodyBytesMax()
        ? undefined
        : "a short line is too large";
    return `a healthy line is a dead letter for ${letter.type}`;
  }
}

function isSameDocument(one: WrittenLine | undefined, other: WrittenLine): boolean {
  return one?.bytes.toString("latin1").trimEnd() === other.bytes.toString("latin1").trimEnd();
}

function isBlank({ bytes }: WrittenLine): boolean {
  return bytes.length < 4 && expectationOf(bytes).fate === "blank";
}

function isPoison(bytes: Buffer): boolean {
  return bytes.includes(POISON) || bytes.includes(WHOLE_POISON);
}
