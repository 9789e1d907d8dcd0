/** The lane's checkpoints, as the database commits them. */
import type { Batch } from "../../batch/batch.ts";
import type { CheckpointStore } from "../../checkpoint/checkpoint-store.ts";
import type { Checkpoint } from "../../tail/checkpoint.ts";
import type { Committer } from "./committer.ts";
import type { SqlConnection } from "./connection.ts";
import type { SqlDialect } from "./dialect.ts";
import { SqlFault } from "./fault.ts";
import { schemaVersion } from "./schema.ts";
import type { SqlSession } from "./session.ts";

/** Neither a start nor a stop waits longer for a database that is away. */
const PATIENCE_MS = 5000;

/** Lines of one generation that have their fate, but whose end no batch has committed yet. */
interface SettledRun {
  readonly startOffset: number;
  readonly end: Checkpoint;
}

export class Progress implements CheckpointStore {
  readonly #session: SqlSession;
  readonly #dialect: SqlDialect;
  readonly #committer: Committer;
  readonly #limitMs: number;
  /** By generation: batches of which every line was refused. */
  readonly #settledRuns = new Map<string, SettledRun>();
  /** By generation: where the file was when the database was told last. */
  readonly #whereabouts = new Map<string, string>();

  constructor(
    ports: { readonly session: SqlSession; readonly dialect: SqlDialect; readonly committer: Committer },
    timeoutMs: number,
  ) {
    this.#session = ports.session;
    this.#dialect = ports.dialect;
    this.#committer = ports.committer;
    this.#limitMs = Math.min(timeoutMs, PATIENCE_MS);
  }

  /** Rejects with a `SqlFault` if the database cannot be asked. */
  load(): Promise<readonly Checkpoint[]> {
    return this.#session.run(async (connection) => {
      if ((await schemaVersion(connection, this.#dialect)) === 0) return [];
      const checkpoints = await this.#committer.sourceFiles.checkpoints(connection);
      for (const checkpoint of checkpoints) this.#noteToldOf(checkpoint);
      return checkpoints;
    }, this.#limitMs);
  }

  /** Offsets are committed with the rows; the rest is a hint, so a failure may wait for the next time. */
  async save(checkpoints: readonly Checkpoint[]): Promise<void> {
    const moved = checkpoints.filter((checkpoint) => {
      const told = this.#whereabouts.get(checkpoint.generation.id);
      return told !== undefined && told !== whereaboutsOf(checkpoint);
    });
    if (moved.length === 0 && this.#settledRuns.size === 0) return;
    try {
      await this.#session.run((connection) => this.#tell(connection, moved), this.#limitMs);
    } catch (error) {
      if (!(error instanceof SqlFault)) throw error;
    }
  }

  /** Where a batch starts, the lines before it included that were settled without a commit. */
  startOf({ generation, startOffset }: Batch): number {
    const run = this.#settledRuns.get(generation.id);
    return run !== undefined && run.end.offset >= startOffset
      ? Math.min(run.startOffset, startOffset)
      : startOffset;
  }

  /** The database has committed everything before `end`. */
  committed(end: Checkpoint): void {
    this.#settledRuns.delete(end.generation.id);
    this.#noteToldOf(end);
  }

  /** Every line of the batch is a dead letter: there is nothing that could be committed with its end. */
  settledWithoutRow(batch: Batch): void {
    this.#settledRuns.set(batch.generation.id, { startOffset: this.startOf(batch), end: batch.end });
  }

  async #tell(connection: SqlConnection, moved: readonly Checkpoint[]): Promise<void> {
    for (const { startOffset, end } of [...this.#settledRuns.values()]) {
      await this.#committer.commit(connection, { startOffset, end, rows: [] });
      this.committed(end);
    }
    for (const checkpoint of moved) {
      await this.#committer.sourceFiles.noteWhereabouts(connection, checkpoint);
      this.#noteToldOf(checkpoint);
    }
  }

  #noteToldOf(checkpoint: Checkpoint): void {
    this.#whereabouts.set(checkpoint.generation.id, whereaboutsOf(checkpoint));
  }
}

function whereaboutsOf({ seenAs, inode }: Checkpoint): string {
  return `${seenAs}\0${inode}`;
}
