/**
 * Checkpoints of one lane in two files of the state folder, written in turn.
 *
 * Each file is versioned, numbered and checksummed, and replaced atomically. The one with the higher number
 * that is whole counts, so a torn or lost file costs at most what the other does not know: lines that are sent
 * again and recognised by their ids.
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import type { Files } from "../system/files.ts";
import type { Log } from "../system/log.ts";
import type { Checkpoint } from "../tail/checkpoint.ts";
import type { CheckpointStore } from "./checkpoint-store.ts";

const VERSION = 1;
const SLOTS = 2;

/** Files that are gone are remembered, should they come back; the oldest are forgotten beyond this number. */
const CHECKPOINTS_MAX = 5000;

const checkpointSchema = z.object({
  generation: z.object({
    id: z.string(),
    name: z.string(),
    day: z.string().optional(),
    first_line_sha256: z.string(),
    number: z.int().min(0),
  }),
  offset: z.int().min(0),
  tail_sha256: z.string(),
  last_timestamp: z.string().optional(),
  seen_as: z.string(),
  inode: z.string(),
});

const fileSchema = z.object({
  version: z.literal(VERSION),
  number: z.int().min(0),
  sha256: z.string(),
  checkpoints: z.array(checkpointSchema),
});

type Saved = z.output<typeof fileSchema>;

export class CheckpointFile implements CheckpointStore {
  readonly #pathOfSlot: (slot: number) => string;
  readonly #files: Files;
  readonly #log: Log;
  #lastNumber = 0;

  /** @param path where the two files stand, without their endings `.0.json` and `.1.json` */
  constructor(path: string, files: Files, log: Log) {
    this.#pathOfSlot = (slot) => `${path}.${slot}.json`;
    this.#files = files;
    this.#log = log;
  }

  async load(): Promise<readonly Checkpoint[]> {
    let newest: Saved | undefined;
    for (let slot = 0; slot < SLOTS; slot++) {
      const saved = await this.#loadSlot(this.#pathOfSlot(slot));
      if (saved !== undefined && saved.number >= (newest?.number ?? 0)) newest = saved;
    }
    this.#lastNumber = newest?.number ?? 0;
    return newest?.checkpoints.map(fromSaved) ?? [];
  }

  async save(checkpoints: readonly Checkpoint[]): Promise<void> {
    const number = this.#lastNumber + 1;
    const saved = checkpoints.slice(-CHECKPOINTS_MAX).map(toSaved);
    const content = { version: VERSION, number, sha256: checksum(number, saved), checkpoints: saved };
    await this.#files.replace(this.#pathOfSlot(number % SLOTS), `${JSON.stringify(content, null, 1)}\n`);
    this.#lastNumber = number;
  }

  async #loadSlot(path: string): Promise<Saved | undefined> {
    try {
      const content = await this.#files.readWhole(path);
      if (content === undefined) return undefined;
      const saved = fileSchema.parse(JSON.parse(content.toString()));
      if (saved.sha256 === checksum(saved.number, saved.checkpoints)) return saved;
    } catch {
      // Reported below: whatever is wrong with the content, it does not count.
    }
    this.#log.warn(
      { path },
      "this checkpoint file is broken and does not count; lines may be sent again, under the same ids",
    );
    return undefined;
  }
}

function checksum(number: number, checkpoints: Saved["checkpoints"]): string {
  return createHash("sha256")
    .update(JSON.stringify([number, checkpoints]))
    .digest("hex");
}

function toSaved({
  generation,
  offset,
  tailSha256,
  lastTimestamp,
  seenAs,
  inode,
}: Checkpoint): Saved["checkpoints"][number] {
  return {
    generation: {
      id: generation.id,
      name: generation.name,
      ...(generation.day !== undefined && { day: generation.day }),
      first_line_sha256: generation.firstLineSha256,
      number: generation.number,
    },
    offset,
    tail_sha256: tailSha256,
    ...(lastTimestamp !== undefined && { last_timestamp: lastTimestamp }),
    seen_as: seenAs,
    inode,
  };
}

function fromSaved(saved: Saved["checkpoints"][number]): Checkpoint {
  return {
    generation: {
      id: saved.generation.id,
      name: saved.generation.name,
      day: saved.generation.day,
      firstLineSha256: saved.generation.first_line_sha256,
      number: saved.generation.number,
    },
    offset: saved.offset,
    tailSha256: saved.tail_sha256,
    lastTimestamp: saved.last_timestamp,
    seenAs: saved.seen_as,
    inode: saved.inode,
  };
}
