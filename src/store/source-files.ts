/** How far the store has taken in each audit file: its checkpoints, in the same database as the rows. */

import type { Database, SqlRow, Statement } from "../system/sqlite.ts";
import type { Checkpoint } from "../tail/checkpoint.ts";

const SELECT = `
  SELECT generation_id, name, day, first_line_sha256, generation_number, committed_offset, tail_sha256,
    last_timestamp, seen_as, inode
  FROM source_file ORDER BY name, generation_number`;

const ADVANCE = `
  INSERT INTO source_file (generation_id, name, day, first_line_sha256, generation_number, committed_offset,
    tail_sha256, last_timestamp, seen_as, inode)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (generation_id) DO UPDATE SET committed_offset = excluded.committed_offset,
    tail_sha256 = excluded.tail_sha256, last_timestamp = excluded.last_timestamp,
    seen_as = excluded.seen_as, inode = excluded.inode`;

const NOTE_WHEREABOUTS = `
  UPDATE source_file SET seen_as = ?, inode = ?
  WHERE generation_id = ? AND (seen_as <> ? OR inode <> ?)`;

function text(row: SqlRow, column: string): string {
  return String(row[column] ?? "");
}

function optionalText(row: SqlRow, column: string): string | undefined {
  const value = row[column];
  return typeof value === "string" ? value : undefined;
}

function toCheckpoint(row: SqlRow): Checkpoint {
  return {
    generation: {
      id: text(row, "generation_id"),
      name: text(row, "name"),
      day: optionalText(row, "day"),
      firstLineSha256: text(row, "first_line_sha256"),
      number: Number(row["generation_number"]),
    },
    offset: Number(row["committed_offset"]),
    tailSha256: text(row, "tail_sha256"),
    lastTimestamp: optionalText(row, "last_timestamp"),
    seenAs: text(row, "seen_as"),
    inode: text(row, "inode"),
  };
}

export class SourceFiles {
  readonly #select: Statement;
  readonly #selectOffset: Statement;
  readonly #advance: Statement;
  readonly #noteWhereabouts: Statement;

  constructor(database: Database) {
    this.#select = database.prepare(SELECT);
    this.#selectOffset = database.prepare("SELECT committed_offset FROM source_file WHERE generation_id = ?");
    this.#advance = database.prepare(ADVANCE);
    this.#noteWhereabouts = database.prepare(NOTE_WHEREABOUTS);
  }

  checkpoints(): Checkpoint[] {
    return this.#select.all([]).map(toCheckpoint);
  }

  /** Every line of the generation before this offset has been taken in. */
  committedOffset(generationId: string): number {
    return Number(this.#selectOffset.all([generationId])[0]?.["committed_offset"] ?? 0);
  }

  advance({ generation, offset, tailSha256, lastTimestamp, seenAs, inode }: Checkpoint): void {
    this.#advance.run([
      generation.id,
      generation.name,
      generation.day ?? null,
      generation.firstLineSha256,
      generation.number,
      offset,
      tailSha256,
      lastTimestamp ?? null,
      seenAs,
      inode,
    ]);
  }

  /** Notes a new name or inode of a file without moving its offset. */
  noteWhereabouts({ generation, seenAs, inode }: Checkpoint): void {
    this.#noteWhereabouts.run([seenAs, inode, generation.id, seenAs, inode]);
  }
}
