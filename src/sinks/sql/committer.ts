/**
 * Takes in batches: rows, sums and the advance of the committed offset are one transaction.
 *
 * So a crash leaves all of a batch or nothing, and lines that come again, from this shipper or from another that
 * reads the same files, are recognised by their offsets: nothing is ever counted twice.
 */
import { TIME_MIN_MS } from "../../store/bucket-query.ts";
import type { StoreRow } from "../../store/row.ts";
import type { Checkpoint } from "../../tail/checkpoint.ts";
import { documentId, type Generation } from "../../tail/generation.ts";
import type { SqlConnection } from "./connection.ts";
import type { SqlDialect } from "./dialect.ts";
import { SqlFault } from "./fault.ts";
import { PageMaker } from "./page-maker.ts";
import { RowWriter } from "./row-writer.ts";
import { SourceFiles } from "./source-files.ts";
import { inTransaction, isTaken, undone } from "./transaction.ts";

/** A run of lines of one generation, from `startOffset` to `end.offset`; those without a row have their fate. */
export interface RowBatch {
  readonly startOffset: number;
  readonly end: Checkpoint;
  readonly rows: readonly StoreRow[];
}

/** Which rows of a batch are refused, by their offsets. */
export interface RefusedRows {
  readonly offsets: ReadonlySet<number>;
  /** True if the tables refuse even a row that nobody could take offence at. */
  readonly refusesAll: boolean;
}

/** A row without anything in it, which every table should take. */
const PLAIN_ROW: StoreRow = {
  offset: -1,
  timestampMs: 0,
  kind: "request",
  routeGroup: "other",
  urlTemplate: null,
  path: null,
  method: null,
  status: null,
  elapsedMs: null,
  agentId: null,
  userId: null,
  organizationId: null,
  team: null,
  apiKeyHash: null,
  apiKeyAlias: null,
  cost: undefined,
  line: Buffer.from("{}"),
};

/** Pages made at once: more than a large batch leaves stale, and few enough that nobody has to wait for it. */
const PAGES_AT_ONCE = 50;

export interface CommitterSettings {
  /** The `instance` of the configuration. */
  readonly instance: string;
  readonly keepsRecords: boolean;
}

export class Committer {
  readonly sourceFiles: SourceFiles;
  readonly #dialect: SqlDialect;
  readonly #writer: RowWriter;
  readonly #pages: PageMaker;

  constructor(dialect: SqlDialect, { instance, keepsRecords }: CommitterSettings) {
    this.#dialect = dialect;
    this.sourceFiles = new SourceFiles(dialect, instance);
    this.#writer = new RowWriter(dialect, keepsRecords);
    this.#pages = new PageMaker(dialect);
  }

  /**
   * Takes in what of the batch was not taken in before; durable once it resolves. Returns the offsets of the rows
   * that it stored. Rejects with a `SqlFault`, also where the batch starts beyond the committed offset.
   */
  commit(connection: SqlConnection, { startOffset, end, rows }: RowBatch): Promise<ReadonlySet<number>> {
    return inTransaction(connection, async () => {
      const committedOffset = await this.sourceFiles.lock(connection, end);
      if (startOffset > committedOffset) throw gap(end, startOffset, committedOffset);
      if (end.offset <= committedOffset) return new Set<number>();
      const replayed = await this.#replayedFrom(connection, end.generation, committedOffset);
      const added = rows.filter(({ offset }) => offset >= committedOffset && !replayed.has(offset));
      await this.#writer.add(connection, end.generation, added);
      await this.sourceFiles.advance(connection, end);
      return new Set(added.map(({ offset }) => offset));
    });
  }

  /** Finds out which rows the tables refuse. Leaves nothing behind. */
  findRefused(
    connection: SqlConnection,
    generation: Pick<Generation, "id">,
    rows: readonly StoreRow[],
  ): Promise<RefusedRows> {
    const isFine = (some: readonly StoreRow[]) =>
      isTaken(connection, () => this.#writer.add(connection, generation, some));
    const refusedOf = async (some: readonly StoreRow[]): Promise<readonly StoreRow[]> => {
      if (some.length === 0 || (await isFine(some))) return [];
      if (some.length === 1) return some;
      const middle = some.length >> 1;
      return [...(await refusedOf(some.slice(0, middle))), ...(await refusedOf(some.slice(middle)))];
    };
    return undone(connection, async () => {
      if (!(await isFine([PLAIN_ROW]))) return { offsets: new Set<number>(), refusesAll: true };
      const refused = await refusedOf(rows);
      return { offsets: new Set(refused.map(({ offset }) => offset)), refusesAll: false };
    });
  }

  /**
   * Takes in lines that were dead letters, whatever the committed offset; each once, however often it is called.
   * Returns the offsets of those that were not taken in before.
   */
  replay(
    connection: SqlConnection,
    generation: Pick<Generation, "id">,
    rows: readonly StoreRow[],
  ): Promise<ReadonlySet<number>> {
    return inTransaction(connection, async () => {
      await this.sourceFiles.lockPresent(connection, generation.id);
      const added: StoreRow[] = [];
      for (const row of rows) if (await this.#markReplayed(connection, generation, row)) added.push(row);
      await this.#writer.add(connection, generation, added);
      return new Set(added.map(({ offset }) => offset));
    });
  }

  /** Proves that everything can be written; leaves nothing behind. */
  async tryWriting(connection: SqlConnection): Promise<void> {
    const end = plainCheckpoint();
    await undone(connection, async () => {
      await this.sourceFiles.lock(connection, end);
      await this.#writer.add(connection, end.generation, [PLAIN_ROW]);
      await this.sourceFiles.advance(connection, end);
    });
  }

  /** Makes some of the pages that batches before left stale and that these rows do not add to. */
  async makePages(connection: SqlConnection, rows: readonly StoreRow[]): Promise<void> {
    const latestMs = rows.reduce((latest, { timestampMs }) => Math.max(latest, timestampMs), TIME_MIN_MS);
    await this.#pages.makeSome(connection, latestMs, PAGES_AT_ONCE);
  }

  /** Removes at most `limit` records that are older; sums stay. Returns how many it removed. */
  async purge(connection: SqlConnection, olderThanMs: number, limit: number): Promise<number> {
    const { statements } = this.#dialect;
    const old = await connection.query(
      statements
        .selectFrom("record")
        .select("id")
        .where("ts_ms", "<", olderThanMs)
        .orderBy("ts_ms")
        .limit(limit)
        .compile(),
    );
    const ids = old.map(({ id }) => id);
    if (ids.length > 0)
      await connection.query(statements.deleteFrom("record").where("id", "in", ids).compile());
    return ids.length;
  }

  async #replayedFrom(
    connection: SqlConnection,
    { id }: Pick<Generation, "id">,
    offset: number,
  ): Promise<ReadonlySet<number>> {
    const rows = await connection.query(
      this.#dialect.statements
        .selectFrom("replayed_line")
        .select("line_offset")
        .where("generation_id", "=", id)
        .where("line_offset", ">=", offset)
        .compile(),
    );
    return new Set(rows.map(({ line_offset }) => Number(line_offset)));
  }

  /** True if the line was neither replayed nor stored before. */
  async #markReplayed(
    connection: SqlConnection,
    { id }: Pick<Generation, "id">,
    { offset }: StoreRow,
  ): Promise<boolean> {
    const { statements } = this.#dialect;
    const known = statements
      .selectFrom("replayed_line")
      .select("line_offset")
      .where("generation_id", "=", id)
      .where("line_offset", "=", offset);
    if ((await connection.query(known.compile())).length > 0) return false;
    const record = statements.selectFrom("record").select("id").where("id", "=", documentId({ id }, offset));
    if ((await connection.query(record.compile())).length > 0) return false;
    await connection.query(
      statements.insertInto("replayed_line").values({ generation_id: id, line_offset: offset }).compile(),
    );
    return true;
  }
}

function gap({ generation }: Checkpoint, startOffset: number, committedOffset: number): SqlFault {
  const message =
    `the database has ${generation.name} up to byte ${committedOffset} only, but it had taken in all before ${startOffset}: ` +
    "it was set back, so restart the shipper, which then goes on from there";
  return new SqlFault("blocked", "gap", message);
}

function plainCheckpoint(): Checkpoint {
  const generation = { id: "-", name: "-", day: undefined, firstLineSha256: "", number: 0 };
  return { generation, offset: 0, tailSha256: "", lastTimestamp: undefined, seenAs: "-", inode: "" };
}
