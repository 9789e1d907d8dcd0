/**
 * The proof that every line of the local files has its fate in each sink.
 *
 * It reads the files anew, up to the position of each lane: what lies beyond is lag, not a gap. It asks each destination
 * for every line by its id, and looks for the rest among the dead letters. With the daemon up or down, and in one
 * block of memory whatever the files' size.
 */
import { join } from "node:path";
import { recognise } from "../checkpoint/recognise.ts";
import type { DocumentRules } from "../document/read.ts";
import { type Presence, PresenceFault } from "../sinks/presence.ts";
import { errorCode, type FileStat, type Files, type OpenFile } from "../system/files.ts";
import type { Checkpoint } from "../tail/checkpoint.ts";
import { documentId } from "../tail/generation.ts";
import { type Fates, type KnownLetters, type MissingLines, proveFile } from "./file-proof.ts";
import { askPatiently, type PatiencePorts } from "./patience.ts";

/** So many gaps are listed; all are counted. */
const GAPS_LISTED_MAX = 100_000;

/** A lane whose lines are to be proven. */
export interface VerifiedLane {
  readonly name: string;
  /** How far it is, as the state folder has it. */
  readonly checkpoints: readonly Checkpoint[];
  readonly presence: Presence;
}

/** An audit file by its present name. */
export interface VerifiedFile {
  readonly name: string;
  readonly stat: FileStat;
}

export interface FileFates extends Fates {
  readonly name: string;
  readonly sink: string;
}

export interface Gap {
  readonly file: string;
  readonly sink: string;
  readonly offset: number;
  readonly id: string;
}

/** What was found for one lane. */
export interface LaneProof {
  readonly sink: string;
  readonly files: FileFates[];
  /** Bytes beyond the lane's position, an unfinished last line included. */
  lagBytes: number;
  /** How many files have such bytes. */
  lagFiles: number;
  /** Lines that were taken for stored because the destination no longer keeps lines of their age. */
  expired: number;
  missing: number;
  /** Why the lane could not be proven to its end. */
  fault: string | undefined;
}

export interface Proof {
  readonly lanes: readonly LaneProof[];
  /** The first 100,000. */
  readonly gaps: readonly Gap[];
}

export interface VerifyPorts extends PatiencePorts {
  readonly directory: string;
  readonly files: Pick<Files, "open">;
  readonly rules: DocumentRules;
  readonly letters: KnownLetters | undefined;
  /** Told of the bytes that were looked at since it was told last. */
  readonly onProgress: (bytes: number) => void;
  /** Told of missing lines, some at a time; what it does with them is waited for. */
  readonly onMissing: (lane: VerifiedLane, missing: MissingLines) => Promise<void>;
}

/** Proves the files for each lane, one after the other. What cannot be asked or read is in the result; never rejects for it. */
export async function verify(
  lanes: readonly VerifiedLane[],
  files: readonly VerifiedFile[],
  ports: VerifyPorts,
): Promise<Proof> {
  const gaps: Gap[] = [];
  const proofs: LaneProof[] = [];
  for (const lane of lanes) proofs.push(await new LaneRun(lane, gaps, ports).run(files));
  return { lanes: proofs, gaps };
}

const NO_LINES: Fates = { lines: 0, stored: 0, duplicate: 0, deadLetter: 0, skipped: 0, missing: 0 };

class LaneRun {
  readonly #lane: VerifiedLane;
  readonly #gaps: Gap[];
  readonly #ports: VerifyPorts;
  readonly #proof: LaneProof;

  constructor(lane: VerifiedLane, gaps: Gap[], ports: VerifyPorts) {
    this.#lane = lane;
    this.#gaps = gaps;
    this.#ports = ports;
    const nothing = { lagBytes: 0, lagFiles: 0, expired: 0, missing: 0, fault: undefined };
    this.#proof = { sink: lane.name, files: [], ...nothing };
  }

  async run(files: readonly VerifiedFile[]): Promise<LaneProof> {
    const proof = this.#proof;
    try {
      const known = await this.#checkpoints();
      for (const file of files) {
        if (this.#ports.signal.aborted) break;
        await this.#proveFile(file, known);
      }
      if (this.#ports.signal.aborted) proof.fault = "interrupted";
    } catch (error) {
      if (!(error instanceof PresenceFault)) throw error;
      proof.fault = error.message;
    }
    return proof;
  }

  /** The lane's positions, the destination's own among them: a copy may be behind it, or lost. */
  async #checkpoints(): Promise<readonly Checkpoint[]> {
    const { presence, checkpoints } = this.#lane;
    if (presence.checkpoints === undefined) return checkpoints;
    const own = await askPatiently(
      async () => (await presence.checkpoints?.(this.#ports.signal)) ?? [],
      this.#ports,
    );
    return [...checkpoints, ...own];
  }

  async #proveFile({ name, stat }: VerifiedFile, known: readonly Checkpoint[]): Promise<void> {
    const { directory, files } = this.#ports;
    let file: OpenFile | undefined;
    try {
      file = await files.open(join(directory, name));
      const position = await recognise(name, stat, file, known);
      this.#noteLag(stat.sizeBytes - (position?.offset ?? 0));
      if (position !== undefined) await this.#provePosition(name, file, position);
      else this.#proof.files.push({ name, sink: this.#lane.name, ...NO_LINES });
    } catch (error) {
      const code = errorCode(error);
      if (code === "ENOENT") return; // Deleted since the folder was listed.
      if (error instanceof PresenceFault || code === undefined) throw error;
      this.#proof.fault = `${name} cannot be read (${code}): give this user read permission on it`;
    } finally {
      await file?.close();
    }
  }

  async #provePosition(name: string, file: OpenFile, position: Checkpoint): Promise<void> {
    const { name: sink, presence } = this.#lane;
    let seenTo = 0;
    const { fates, expired } = await proveFile(file, position, {
      ...this.#ports,
      ...{ sink, presence },
      onProgress: (offset) => {
        this.#ports.onProgress(offset - seenTo);
        seenTo = offset;
      },
      onMissing: async (missing) => {
        this.#listGaps(name, missing);
        await this.#ports.onMissing(this.#lane, missing);
      },
    });
    this.#ports.onProgress(position.offset - seenTo);
    this.#proof.files.push({ name, sink, ...fates });
    this.#proof.expired += expired;
    this.#proof.missing += fates.missing;
  }

  #noteLag(bytes: number): void {
    if (bytes <= 0) return;
    this.#proof.lagBytes += bytes;
    this.#proof.lagFiles++;
  }

  #listGaps(file: string, { generation, lines }: MissingLines): void {
    for (const { offset } of lines) {
      if (this.#gaps.length >= GAPS_LISTED_MAX) return;
      this.#gaps.push({ file, sink: this.#lane.name, offset, id: documentId(generation, offset) });
    }
  }
}
