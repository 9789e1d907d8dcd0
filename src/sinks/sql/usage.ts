/** Answers about usage out of a database, added up there. */
import type { CompiledQuery } from "kysely";
import type { AuditRecord } from "../../record/record.ts";
import type { KeySums } from "../../store/bucket-query.ts";
import { columnsOf, type Dimension, type DimensionValue, dimensionValue } from "../../usage/dimension.ts";
import { GroupSums } from "../../usage/groups.ts";
import { type SlowestRow, toSlowestRow } from "../../usage/slowest.ts";
import {
  type SlowestSelection,
  UsageFault,
  type UsageGroup,
  type UsageSelection,
  type UsageSource,
  type UsageSpan,
} from "../../usage/source.ts";
import { dayName } from "../../usage/time-zone.ts";
import type { UsageContext } from "../table.ts";
import type { SqlConnection } from "./connection.ts";
import { reportOn } from "./fault.ts";
import type { SqlOptions } from "./options.ts";
import { isPresent, schemaVersion } from "./schema.ts";
import { type SqlServer, sessionWith } from "./server.ts";
import type { SqlSession } from "./session.ts";
import type { Statements } from "./tables.ts";
import { assumedModelsOf, type KeyRow, type SumsRow, slowestOf, spanOf, sumsBy } from "./usage-statements.ts";

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

  constructor(
    session: SqlSession,
    statements: Statements,
    options: Pick<SqlOptions, "records" | "request_timeout">,
  ) {
    this.#session = session;
    this.#statements = statements;
    this.#options = options;
  }

  async groups(selection: UsageSelection, by: readonly Dimension[]): Promise<readonly UsageGroup[]> {
    const columns = [...new Set(columnsOf(by))];
    const groups = new GroupSums();
    for (const { fromMs, untilMs, offsetMs } of await this.#parts(selection, by)) {
      const part = { ...selection, fromMs, untilMs };
      for (const row of await this.#rows(sumsBy(this.#statements, part, columns, offsetMs))) {
        const sums = toKeySums(row);
        // Without a column to group by there is a row even of nothing.
        if (sums !== undefined)
          groups.add(
            by.map((dimension) => groupValue(sums, dimension)),
            sums.sums,
          );
      }
    }
    return groups.all();
  }

  async span(selection: UsageSelection): Promise<UsageSpan | undefined> {
    const [row] = await this.#rows(spanOf(this.#statements, selection));
    if (row === undefined || row.first_ms === null) return undefined;
    return { firstMs: Number(row.first_ms), lastMs: Number(row.last_ms) };
  }

  async assumedModels(selection: UsageSelection): Promise<readonly string[]> {
    const rows = await this.#rows(assumedModelsOf(this.#statements, selection));
    return rows.map(({ model }) => String(model)).sort();
  }

  async slowest(selection: SlowestSelection, limit: number): Promise<readonly SlowestRow[]> {
    if (!this.#options.records)
      throw new UsageFault("this sink keeps sums only (records: false): ask with --from audit-dir");
    const rows = await this.#rows(slowestOf(this.#statements, selection, limit));
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

  #rows<Row>(query: CompiledQuery<Row>): Promise<readonly Row[]> {
    return this.ask((connection) => connection.query(query));
  }

  /** The selection; cut where the zone's offset changes, if days are to be told apart. */
  async #parts(
    selection: UsageSelection,
    by: readonly Dimension[],
  ): Promise<readonly { readonly fromMs: number; readonly untilMs: number; readonly offsetMs?: number }[]> {
    if (!by.includes("day")) return [selection];
    const span = await this.span(selection);
    return span === undefined ? [] : selection.zone.offsetSpans(span.firstMs, span.lastMs + 1);
  }
}

function groupValue(sums: KeySums, dimension: Dimension): DimensionValue {
  if (dimension !== "day") return dimensionValue(sums, dimension);
  return sums.day === undefined ? null : dayName(sums.day);
}

function textOf(value: string | number | null | undefined): string | null {
  return typeof value === "string" ? value : null;
}

/** The sums of a row; undefined if it adds up nothing. */
function toKeySums(row: KeyRow & SumsRow): KeySums | undefined {
  if (row.requests === null) return undefined;
  return {
    category: textOf(row.category),
    routeGroup: textOf(row.route_group),
    urlTemplate: textOf(row.url_template),
    status: typeof row.status === "number" ? row.status : null,
    organization: textOf(row.organization_id),
    key: textOf(row.api_key_alias) ?? textOf(row.api_key_hash),
    agent: textOf(row.agent_id),
    user: textOf(row.user_id),
    model: textOf(row.model),
    modelSource: textOf(row.model_source),
    day: row.day === undefined ? undefined : Number(row.day),
    sums: {
      requests: Number(row.requests),
      errors: Number(row.errors),
      usageRecords: Number(row.usage_records),
      llmCalls: Number(row.llm_calls),
      embeddingCalls: Number(row.embedding_calls),
      inputTokens: Number(row.input_tokens),
      outputTokens: Number(row.output_tokens),
      totalPicousd: BigInt(row.total_picousd ?? 0),
      unpricedRecords: Number(row.unpriced_records),
      suspectRecords: Number(row.suspect_records),
      lowerBoundPicousd: BigInt(row.lower_bound_picousd ?? 0),
      elapsedMs: Number(row.elapsed_ms),
    },
  };
}
