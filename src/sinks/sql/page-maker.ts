/**
 * Keeps pages in line with the buckets: notes which are stale, and makes these anew.
 *
 * Questions read stale spans out of the buckets themselves, so a page may be made at any time. Whoever adds to buckets, and
 * whoever makes a page, holds the row of `stale_page` until its transaction ends: so no page is ever made of half a batch.
 */
import { BUCKET_MS, SUM_COLUMNS, type SumsRow } from "../../store/bucket.ts";
import { PageBuilder } from "../../store/page.ts";
import { DAY, HOUR, type PageSpan, startOf } from "../../store/pages.ts";
import { amountsOf } from "./bucket-rows.ts";
import type { SqlConnection } from "./connection.ts";
import type { SqlDialect } from "./dialect.ts";
import type { Tables } from "./tables.ts";
import { inTransaction } from "./transaction.ts";

/** A page by its span and start. */
interface PageName {
  readonly span: PageSpan;
  readonly startMs: number;
}

interface BucketRow extends SumsRow {
  readonly start_ms: string | number;
  readonly key_id: Buffer;
  readonly number: string | number | null;
}

export class PageMaker {
  readonly #dialect: SqlDialect;

  constructor(dialect: SqlDialect) {
    this.#dialect = dialect;
  }

  /** Notes that buckets with these starts are being changed; part of the caller's transaction. */
  async markStale(connection: SqlConnection, bucketStarts: Iterable<number>): Promise<void> {
    const rows = [...bucketStarts];
    // Always in the same order, so that two shippers that lock the same rows never wait for each other.
    const names = [HOUR, DAY].flatMap((span) =>
      [...new Set(rows.map((startMs) => startOf(startMs, span)))]
        .sort((one, other) => one - other)
        .map((startMs) => ({ span_ms: span.ms, start_ms: startMs })),
    );
    if (names.length === 0) return;
    const { statements, replacePresent } = this.#dialect;
    const insertion = statements.insertInto("stale_page").values(names);
    await connection.query(
      insertion.modifyEnd(replacePresent(["span_ms", "start_ms"], "start_ms")).compile(),
    );
  }

  /**
   * Makes at most `limit` of the pages that end before the hour or day of `beforeMs`, each in a transaction of its own.
   * What is being written right now would be stale again at once.
   */
  async makeSome(connection: SqlConnection, beforeMs: number, limit: number): Promise<void> {
    for (const name of await this.#stale(connection, beforeMs, limit))
      await inTransaction(connection, () => this.#make(connection, name));
  }

  async #stale(connection: SqlConnection, beforeMs: number, limit: number): Promise<readonly PageName[]> {
    const rows = await connection.query(
      this.#dialect.statements
        .selectFrom("stale_page")
        .selectAll()
        .where((where) =>
          where.or(
            [HOUR, DAY].map((span) =>
              where.and([where("span_ms", "=", span.ms), where("start_ms", "<", startOf(beforeMs, span))]),
            ),
          ),
        )
        .orderBy("span_ms")
        .orderBy("start_ms")
        .limit(limit)
        .compile(),
    );
    return rows.map(({ span_ms, start_ms }) => ({
      span: Number(span_ms) === DAY.ms ? DAY : HOUR,
      startMs: Number(start_ms),
    }));
  }

  async #make(connection: SqlConnection, name: PageName): Promise<void> {
    // Somebody else may have been faster.
    if (!(await this.#lock(connection, name))) return;
    const page = name.span === DAY ? await this.#day(connection, name) : await this.#hour(connection, name);
    if (page === "not yet") return;
    await this.#put(connection, name, page);
  }

  async #lock(connection: SqlConnection, { span, startMs }: PageName): Promise<boolean> {
    const query = this.#dialect.statements
      .selectFrom("stale_page")
      .select("start_ms")
      .where("span_ms", "=", span.ms)
      .where("start_ms", "=", startMs)
      .forUpdate();
    return (await connection.query(query.compile())).length > 0;
  }

  async #hour(connection: SqlConnection, { startMs: hourMs }: PageName): Promise<Uint8Array | undefined> {
    let rows = await this.#buckets(connection, hourMs);
    const unnumbered = rows.flatMap(({ number, key_id }) => (number === null ? [key_id] : []));
    if (unnumbered.length > 0) {
      await this.#numberKeys(connection, unnumbered);
      rows = await this.#buckets(connection, hourMs);
    }
    const builder = new PageBuilder(HOUR.sections);
    for (const row of rows) {
      const section = (Number(row.start_ms) - hourMs) / BUCKET_MS;
      builder.add(section, Number(row.number), amountsOf(row));
    }
    return builder.build();
  }

  #buckets(connection: SqlConnection, hourMs: number): Promise<readonly BucketRow[]> {
    const columns = SUM_COLUMNS.map((column) => `b.${column}` as const);
    return connection.query(
      this.#dialect.statements
        .selectFrom("usage_bucket as b")
        .leftJoin("usage_key_number as n", "n.key_id", "b.key_id")
        .select(["b.start_ms", "b.key_id", "n.number", ...columns])
        .where("b.start_ms", ">=", hourMs)
        .where("b.start_ms", "<", hourMs + HOUR.ms)
        .compile(),
    );
  }

  async #numberKeys(connection: SqlConnection, keyIds: readonly Buffer[]): Promise<void> {
    const different = new Map(keyIds.map((keyId) => [keyId.toString("latin1"), keyId]));
    const rows = [...different.values()]
      .sort((one, other) => one.compare(other))
      .map((key_id) => ({ key_id }));
    const { statements, keepPresent } = this.#dialect;
    const insertion = statements.insertInto("usage_key_number").values(rows);
    await connection.query(insertion.modifyEnd(keepPresent("key_id")).compile());
  }

  /** A day is made of its hours, so all of these must be made before. */
  async #day(
    connection: SqlConnection,
    { startMs: dayMs }: PageName,
  ): Promise<Uint8Array | undefined | "not yet"> {
    const staleHours = await connection.query(this.#hoursOf("stale_page", dayMs).limit(1).compile());
    if (staleHours.length > 0) return "not yet";
    const hours = await connection.query(this.#hoursOf("usage_page", dayMs).select("sums").compile());
    const builder = new PageBuilder(DAY.sections);
    for (const { sums } of hours) builder.addTogether(sums, HOUR.sections);
    return builder.build();
  }

  #hoursOf<Table extends "stale_page" | "usage_page">(table: Table, dayMs: number) {
    return this.#dialect.statements
      .selectFrom<"stale_page" | "usage_page">(table)
      .select("start_ms")
      .where("span_ms", "=", HOUR.ms)
      .where("start_ms", ">=", dayMs)
      .where("start_ms", "<", dayMs + DAY.ms);
  }

  async #put(
    connection: SqlConnection,
    { span, startMs }: PageName,
    page: Uint8Array | undefined,
  ): Promise<void> {
    const { statements, replacePresent } = this.#dialect;
    const named = (table: keyof Pick<Tables, "usage_page" | "stale_page">) =>
      statements
        .deleteFrom<"usage_page" | "stale_page">(table)
        .where("span_ms", "=", span.ms)
        .where("start_ms", "=", startMs);
    if (page === undefined) await connection.query(named("usage_page").compile());
    else {
      const row = { span_ms: span.ms, start_ms: startMs, sums: Buffer.from(page) };
      const insertion = statements.insertInto("usage_page").values(row);
      await connection.query(insertion.modifyEnd(replacePresent(["span_ms", "start_ms"], "sums")).compile());
    }
    await connection.query(named("stale_page").compile());
  }
}
