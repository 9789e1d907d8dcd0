/** The proof for one file and one lane: every line up to the lane's position has its fate, or is missing. */
import type { Document } from "../document/document.ts";
import type { DocumentRules } from "../document/read.ts";
import type { Presence } from "../sinks/presence.ts";
import type { OpenFile } from "../system/files.ts";
import type { Checkpoint } from "../tail/checkpoint.ts";
import { documentId, type Generation } from "../tail/generation.ts";
import { type FileLine, readFileLines } from "./file-lines.ts";
import { askPatiently, type PatiencePorts } from "./patience.ts";

/** How many lines had which fate; together they are `lines`. */
export interface Fates {
  lines: number;
  /** Found once. */
  stored: number;
  /** Found more than once: where the destination takes no ids of ours. */
  duplicate: number;
  /** Among the dead letters, or purged from them. */
  deadLetter: number;
  /** Blank, or of a kind that the destination does not get. */
  skipped: number;
  missing: number;
}

/** Lines of one file that are nowhere, in the order of their offsets. */
export interface MissingLines {
  readonly file: OpenFile;
  readonly generation: Generation;
  readonly lines: readonly FileLine[];
}

/** The dead letters, as far as a proof needs them. */
export interface KnownLetters {
  knows(sink: string, id: string): boolean;
}

export interface FileProofPorts extends PatiencePorts {
  /** The lane's name. */
  readonly sink: string;
  readonly presence: Presence;
  /** Undefined if there never was a dead letter. */
  readonly letters: KnownLetters | undefined;
  readonly rules: DocumentRules;
  /** Told how far the file was looked at. */
  readonly onProgress: (offset: number) => void;
  /** Told of each page's missing lines; what it does with them is waited for. */
  readonly onMissing: (missing: MissingLines) => Promise<void>;
}

export interface FileProof {
  readonly fates: Fates;
  /** Of the stored, those that were not found but are older than the destination keeps anything. */
  readonly expired: number;
}

/** Proves the lines of `file` before `position.offset`. Rejects with a `PresenceFault`, or if the file cannot be read. */
export async function proveFile(
  file: OpenFile,
  position: Checkpoint,
  ports: FileProofPorts,
): Promise<FileProof> {
  const run = new Run(file, position.generation, ports);
  let page: FileLine[] = [];
  const { presence, rules } = ports;
  const skips = (document: Document) => presence.skips?.(document) ?? false;
  for await (const line of readFileLines(file, position.generation, position.offset, rules, skips)) {
    page.push(line);
    if (page.length < presence.linesMax) continue;
    await run.prove(page);
    page = [];
    if (ports.signal.aborted) break;
  }
  if (!ports.signal.aborted) await run.prove(page);
  return { fates: run.fates, expired: run.expired };
}

class Run {
  readonly fates: Fates = { lines: 0, stored: 0, duplicate: 0, deadLetter: 0, skipped: 0, missing: 0 };
  expired = 0;
  readonly #file: OpenFile;
  readonly #generation: Generation;
  readonly #ports: FileProofPorts;

  constructor(file: OpenFile, generation: Generation, ports: FileProofPorts) {
    this.#file = file;
    this.#generation = generation;
    this.#ports = ports;
  }

  async prove(page: readonly FileLine[]): Promise<void> {
    const { onProgress, onMissing } = this.#ports;
    const { fates } = this;
    fates.lines += page.length;
    fates.skipped += page.filter(({ kind }) => kind === "skipped").length;
    const documents = page.filter(({ kind }) => kind === "document");
    const copies = documents.length === 0 ? [] : await this.#copies(documents);
    const absent: FileLine[] = [];
    for (const [index, line] of documents.entries()) {
      const count = copies[index] ?? 0;
      if (count === 0) absent.push(line);
      else fates[count === 1 ? "stored" : "duplicate"]++;
    }
    const missing = [
      ...this.#withoutLetter(page.filter(({ kind }) => kind === "broken")),
      ...(await this.#withoutExpired(this.#withoutLetter(absent))),
    ].sort((one, other) => one.offset - other.offset);
    fates.missing += missing.length;
    if (missing.length > 0)
      await onMissing({ file: this.#file, generation: this.#generation, lines: missing });
    onProgress(page.at(-1)?.offset ?? 0);
  }

  #copies(lines: readonly FileLine[]): Promise<readonly number[]> {
    const { presence, signal } = this.#ports;
    return askPatiently(() => presence.copies(this.#generation, lines, signal), this.#ports);
  }

  /** Those of the lines that are no dead letters; the others are counted. */
  #withoutLetter(lines: readonly FileLine[]): readonly FileLine[] {
    const { letters, sink } = this.#ports;
    const rest = lines.filter(({ offset }) => !letters?.knows(sink, documentId(this.#generation, offset)));
    this.fates.deadLetter += lines.length - rest.length;
    return rest;
  }

  /** Those of the lines that the destination still keeps by its rules; the position proves the others. */
  async #withoutExpired(lines: readonly FileLine[]): Promise<readonly FileLine[]> {
    if (lines.length === 0) return [];
    const { presence, signal, clock } = this.#ports;
    const retentionMs = await askPatiently(() => presence.retentionMs(signal), this.#ports);
    if (retentionMs === undefined) return lines;
    const oldestMs = clock.nowMs() - retentionMs;
    const rest = lines.filter(({ timestampMs }) => timestampMs >= oldestMs);
    this.expired += lines.length - rest.length;
    this.fates.stored += lines.length - rest.length;
    return rest;
  }
}
