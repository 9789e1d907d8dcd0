/** How far every audit file was taken in: the checkpoints, as rows that are locked while a batch is committed. */
import type { Insertable, Selectable } from "kysely";
import type { Checkpoint } from "../../tail/checkpoint.ts";
import type { SqlConnection } from "./connection.ts";
import type { SqlDialect } from "./dialect.ts";
import type { Tables } from "./tables.ts";

type SourceFile = Selectable<Tables["source_file"]>;

function toCheckpoint(row: SourceFile): Checkpoint {
  return {
    generation: {
      id: row.generation_id,
      name: row.name,
      day: row.day ?? undefined,
      firstLineSha256: row.first_line_sha256,
      number: row.generation_number,
    },
    offset: Number(row.committed_offset),
    tailSha256: row.tail_sha256,
    lastTimestamp: row.last_timestamp ?? undefined,
    seenAs: row.seen_as,
    inode: row.inode,
  };
}

export class SourceFiles {
  readonly #dialect: SqlDialect;
  readonly #instance: string;

  /** @param instance the configuration's: files of other instances have other ids */
  constructor(dialect: SqlDialect, instance: string) {
    this.#dialect = dialect;
    this.#instance = instance;
  }

  async checkpoints(connection: SqlConnection): Promise<Checkpoint[]> {
    const { statements } = this.#dialect;
    const rows = await connection.query(
      statements
        .selectFrom("source_file")
        .selectAll()
        .where("instance", "=", this.#instance)
        .orderBy("name")
        .orderBy("generation_number")
        .compile(),
    );
    return rows.map(toCheckpoint);
  }

  /**
   * Locks the generation until the transaction ends, so that nobody else commits lines of it, and returns its
   * committed offset.
   */
  async lock(connection: SqlConnection, end: Checkpoint): Promise<number> {
    const locked = await this.lockPresent(connection, end.generation.id);
    if (locked !== undefined) return locked;
    const insertion = this.#dialect.statements.insertInto("source_file").values(this.#rowOf(end, 0));
    await connection.query(insertion.modifyEnd(this.#dialect.keepPresent("generation_id")).compile());
    return (await this.lockPresent(connection, end.generation.id)) ?? 0;
  }

  /** As `lock`, but only where the generation is known already; undefined where it is not. */
  async lockPresent(connection: SqlConnection, generationId: string): Promise<number | undefined> {
    const [row] = await connection.query(
      this.#dialect.statements
        .selectFrom("source_file")
        .select("committed_offset")
        .where("generation_id", "=", generationId)
        .forUpdate()
        .compile(),
    );
    return row && Number(row.committed_offset);
  }

  /** Moves the committed offset forward, once the generation is locked. */
  async advance(connection: SqlConnection, end: Checkpoint): Promise<void> {
    const { committed_offset, tail_sha256, last_timestamp, seen_as, inode } = this.#rowOf(end, end.offset);
    await connection.query(
      this.#dialect.statements
        .updateTable("source_file")
        .set({ committed_offset, tail_sha256, last_timestamp, seen_as, inode })
        .where("generation_id", "=", end.generation.id)
        .compile(),
    );
  }

  /** Notes a new name or inode of a file without moving its offset. */
  async noteWhereabouts(connection: SqlConnection, { generation, seenAs, inode }: Checkpoint): Promise<void> {
    await connection.query(
      this.#dialect.statements
        .updateTable("source_file")
        .set({ seen_as: seenAs, inode })
        .where("generation_id", "=", generation.id)
        .compile(),
    );
  }

  #rowOf(checkpoint: Checkpoint, committedOffset: number): Insertable<Tables["source_file"]> {
    const { generation, tailSha256, lastTimestamp, seenAs, inode } = checkpoint;
    return {
      generation_id: generation.id,
      instance: this.#instance,
      name: generation.name,
      day: generation.day ?? null,
      first_line_sha256: generation.firstLineSha256,
      generation_number: generation.number,
      committed_offset: committedOffset,
      tail_sha256: tailSha256,
      last_timestamp: lastTimestamp ?? null,
      seen_as: seenAs,
      inode,
    };
  }
}
