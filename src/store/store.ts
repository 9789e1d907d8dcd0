/**
 * The embedded store, as its one writer sees it.
 *
 * Rows, buckets and the advance of the committed offset are one transaction. So a crash leaves all of a batch
 * or nothing, and a batch that comes again is recognised by its offsets: nothing is ever counted twice.
 */
import assert from "node:assert/strict";
import type { Database, Statement } from "../system/sqlite.ts";
import type { Checkpoint } from "../tail/checkpoint.ts";
import { documentId, type Generation } from "../tail/generation.ts";
import type { BucketDelta } from "./bucket.ts";
import { BucketWriter } from "./bucket-writer.ts";
import { RecordWriter } from "./record-writer.ts";
import type { StoreRow } from "./row.ts";
import { SourceFiles } from "./source-files.ts";

/** A run of lines of one generation, from `startOffset` to `end.offset` without a gap. */
export interface StoreBatch {
  readonly startOffset: number;
  readonly end: Checkpoint;
  /** The documents among the lines, in the order of their offsets. */
  readonly rows: readonly StoreRow[];
}

export interface StoreSettings {
  /** Whether whole lines are kept, not only what they add up to. */
  readonly keepsRecords: boolean;
  /** Told after each commit what it added to the buckets; for the metrics. */
  readonly onUsage?: (added: readonly BucketDelta[]) => void;
  /** Told after each commit which rows were new; for the alerts. */
  readonly onRows?: (rows: readonly StoreRow[]) => void;
}

export class Store {
  readonly #database: Database;
  readonly #sourceFiles: SourceFiles;
  readonly #buckets: BucketWriter;
  readonly #records: RecordWriter;
  readonly #markReplayed: Statement;
  readonly #findRecord: Statement;
  readonly #settings: StoreSettings;

  /** @param database migrated to the present schema; the store closes it */
  constructor(database: Database, settings: StoreSettings) {
    this.#database = database;
    this.#settings = settings;
    this.#sourceFiles = new SourceFiles(database);
    this.#buckets = new BucketWriter(database);
    this.#records = new RecordWriter(database);
    this.#markReplayed = database.prepare("INSERT INTO replayed_line (id) VALUES (?) ON CONFLICT DO NOTHING");
    this.#findRecord = database.prepare("SELECT 1 FROM record WHERE id = ?");
  }

  get path(): string {
    return this.#database.path;
  }

  /** The database itself, for the questions. */
  get database(): Database {
    return this.#database;
  }

  /** True if whole lines are kept, not only what they add up to. */
  get keepsRecords(): boolean {
    return this.#settings.keepsRecords;
  }

  checkpoints(): Checkpoint[] {
    return this.#sourceFiles.checkpoints();
  }

  /**
   * Takes in a batch; durable once it returns. Returns how many of its first rows had been taken in before.
   * A batch that starts beyond the committed offset is refused as the programmer's error it is.
   */
  commit({ startOffset, end, rows }: StoreBatch): number {
    assert(startOffset <= end.offset, "a batch ends before it starts");
    const { known, added } = this.#transaction(() => {
      const committedOffset = this.#sourceFiles.committedOffset(end.generation.id);
      assert(
        startOffset <= committedOffset,
        `a gap in ${end.generation.name}: committed up to ${committedOffset}, the batch starts at ${startOffset}`,
      );
      if (end.offset <= committedOffset) return { known: rows.length, added: [] };

      const firstNew = rows.findIndex((row) => row.offset >= committedOffset);
      const known = firstNew < 0 ? rows.length : firstNew;
      const added = this.#addRows(end.generation, rows.slice(known));
      this.#sourceFiles.advance(end);
      return { known, added };
    });
    this.#settings.onUsage?.(added);
    this.#settings.onRows?.(known === 0 ? rows : rows.slice(known));
    return known;
  }

  /** Notes under which names and inodes the files are now; offsets move only by `commit`. */
  noteWhereabouts(checkpoints: readonly Checkpoint[]): void {
    this.#transaction(() => {
      for (const checkpoint of checkpoints) this.#sourceFiles.noteWhereabouts(checkpoint);
    });
  }

  /**
   * Takes in a line that was a dead letter, whatever the committed offset; once, however often it is called.
   * Returns false if the line had been taken in before.
   */
  ingestReplayed(generation: Pick<Generation, "id">, row: StoreRow): boolean {
    const id = documentId(generation, row.offset);
    const added = this.#transaction(() => {
      if (this.#markReplayed.run([id]) === 0) return undefined;
      if (this.#findRecord.all([id]).length > 0) return undefined;
      return this.#addRows(generation, [row]);
    });
    if (added === undefined) return false;
    this.#settings.onUsage?.(added);
    this.#settings.onRows?.([row]);
    return true;
  }

  /** Proves that the database can be written; leaves nothing behind. Throws what a commit would throw. */
  probe(): void {
    this.#transaction(() => undefined);
  }

  close(): void {
    this.#database.close();
  }

  #addRows(generation: Pick<Generation, "id">, rows: readonly StoreRow[]): readonly BucketDelta[] {
    if (this.#settings.keepsRecords) this.#records.addRows(generation, rows);
    return this.#buckets.addRows(rows);
  }

  #transaction<Result>(work: () => Result): Result {
    try {
      return this.#database.transaction(work);
    } catch (error) {
      this.#buckets.forgetKeys();
      throw error;
    }
  }
}
