/** Answers about usage out of a database, added up there. */
import type { AuditRecord } from "../../record/record.ts";
import { attributesOf, type Dimension, dimensionValue } from "../../usage/dimension.ts";
import { type SlowestRow, toSlowestRow } from "../../usage/slowest.ts";
import {
  type SlowestSelection,
  UsageFault,
  type UsageGroup,
  type UsageSelection,
  type UsageSource,
  type UsageSpan,
} from "../../usage/source.ts";
import { toUsageSums } from "../../usage/sums.ts";
import { dayName } from "../../usage/time-zone.ts";
import type { UsageContext } from "../table.ts";
import { BucketReader } from "./bucket-reader.ts";
import type { SqlConnection } from "./connection.ts";
import { reportOn } from "./fault.ts";
import type { SqlOptions } from "./options.ts";
import { isPresent, schemaVersion } from "./schema.ts";
import { type SqlServer, sessionWith } from "./server.ts";
import type { SqlSession } from "./session.ts";
import { slowestOf } from "./slowest.ts";
import type { Statements } from "./tables.ts";

/** Opens the database for questions. Rejects with a `UsageFault` that says what is in the way. */
export async function sqlUsage(
  options: SqlOptions,
  { clock }: UsageContext,
  server: SqlServer,
): Promise<UsageSource> {
  const { dialect } = server;
  const session = sessionWith(server, options.tls, clock);
  const usage = new SqlUsage(session, dialect.statements, options);
  try {
    const hasTables = await usage.ask(async (connection) =>
      isPresent(await schemaVersion(connection, dialect), dialect),
    );
    if (!hasTables)
      throw new UsageFault(`${dialect.schema.name} has no tables of this version yet: start the daemon`);
    return usage;
  } catch (error) {
    await session.close();
    throw error;
  }
}

class SqlUsage implements UsageSource {
  readonly #session: SqlSession;
  readonly #statements: Statements;
  readonly #options: Pick<SqlOptions, "records" | "request_timeout">;
  readonly #buckets: BucketReader;

  constructor(
    session: SqlSession,
    statements: Statements,
    options: Pick<SqlOptions, "records" | "request_timeout">,
  ) {
    this.#session = session;
    this.#statements = statements;
    this.#options = options;
    this.#buckets = new BucketReader(statements);
  }

  async groups(selection: UsageSelection, by: readonly Dimension[]): Promise<readonly UsageGroup[]> {
    const zone = by.includes("day") ? selection.zone : undefined;
    const groups = await this.ask((connection) =>
      this.#buckets.sums(connection, selection, attributesOf(by), zone),
    );
    return groups.map(({ values, day, sums }) => ({
      values: by.map((dimension) => {
        if (dimension !== "day") return dimensionValue(values, dimension);
        return day === undefined ? null : dayName(day);
      }),
      sums: toUsageSums(sums),
    }));
  }

  span(selection: UsageSelection): Promise<UsageSpan | undefined> {
    return this.ask((connection) => this.#buckets.span(connection, selection));
  }

  async assumedModels(selection: UsageSelection): Promise<readonly string[]> {
    const models = await this.ask((connection) =>
      this.#buckets.sums(connection, selection, ["model", "modelSource"]),
    );
    return models
      .flatMap(({ values: { model, modelSource } }) => (modelSource === "default" ? [String(model)] : []))
      .sort();
  }

  async slowest(selection: SlowestSelection, limit: number): Promise<readonly SlowestRow[]> {
    if (!this.#options.records)
      throw new UsageFault("this sink keeps sums only (records: false): ask with --from audit-dir");
    const query = slowestOf(this.#statements, selection, limit);
    const rows = await this.ask((connection) => connection.query(query));
    return rows.map(({ line, elapsed_ms, ts_ms }) => {
      const record = JSON.parse(line.toString()) as AuditRecord;
      return toSlowestRow(record, Number(elapsed_ms), new Date(Number(ts_ms)).toISOString());
    });
  }

  close(): Promise<void> {
    return this.#session.close();
  }

  /** Runs `work` on the connection; what is in the way is a `UsageFault`. */
  async ask<Result>(work: (connection: SqlConnection) => Promise<Result>): Promise<Result> {
    try {
      return await this.#session.run(work, this.#options.request_timeout);
    } catch (error) {
      throw new UsageFault(reportOn(error).message);
    }
  }
}
