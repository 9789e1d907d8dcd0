/**
 * The sink of all SQL databases: what the embedded store is, in a database that others can ask, and that several
 * shippers share.
 *
 * It commits the lane's checkpoint together with the rows. So the lane hands over every batch, with an empty
 * payload where it has no document, and one at a time; what is missing of a batch's payload has its fate already.
 */
import type { Batch, Payload, PayloadBuilder } from "../../batch/batch.ts";
import type { CheckpointStore } from "../../checkpoint/checkpoint-store.ts";
import type { StoreRow } from "../../store/row.ts";
import type { Clock } from "../../system/clock.ts";
import { RowPayloadBuilder, rowsOf } from "../row-payload.ts";
import type { DeliveryLimits, DeliveryReport, OpenReport, ProbeResult, Sink, Verdict } from "../sink.ts";
import type { Committer, RefusedRows } from "./committer.ts";
import type { SqlConnection } from "./connection.ts";
import type { SqlDialect } from "./dialect.ts";
import { reportOn, SqlFault } from "./fault.ts";
import { probe } from "./probe.ts";
import { Progress } from "./progress.ts";
import { RecordPurge } from "./purge.ts";
import { ensureSchema } from "./schema.ts";
import type { SqlSession } from "./session.ts";

export interface SqlSinkSettings {
  readonly limits: DeliveryLimits;
  /** Whether tables may be made. */
  readonly create: boolean;
  /** How long one transaction may take. */
  readonly timeoutMs: number;
  /** Records older than this are removed; undefined: none is. */
  readonly retentionDays: number | undefined;
}

export interface SqlSinkPorts {
  readonly session: SqlSession;
  readonly dialect: SqlDialect;
  readonly committer: Committer;
  readonly clock: Clock;
}

/** A row was refused; those that were not go again, without it. */
const AGAIN: Verdict = { verdict: "deferred", reason: "beside_refused_line" };

export class SqlSink implements Sink {
  readonly limits: DeliveryLimits;
  readonly progress: CheckpointStore;
  readonly #settings: SqlSinkSettings;
  readonly #ports: SqlSinkPorts;
  readonly #progress: Progress;
  readonly #purge: RecordPurge;
  #hasSchema = false;

  constructor(settings: SqlSinkSettings, ports: SqlSinkPorts) {
    this.#settings = settings;
    this.#ports = ports;
    this.limits = { ...settings.limits, inFlightMax: 1 };
    this.#progress = new Progress(ports, settings.timeoutMs);
    this.progress = this.#progress;
    this.#purge = new RecordPurge(ports, settings.retentionDays);
  }

  payloadBuilder(): PayloadBuilder {
    return new RowPayloadBuilder(this.limits);
  }

  async open(signal: AbortSignal): Promise<OpenReport> {
    try {
      await this.#run(signal, async () => undefined);
      return { outcome: "ready" };
    } catch (error) {
      return reportOn(error);
    }
  }

  async deliver(payload: Payload, batch: Batch, signal: AbortSignal): Promise<DeliveryReport> {
    const rows = rowsOf(payload);
    try {
      return await this.#run(signal, (connection) => this.#commit(connection, batch, rows));
    } catch (error) {
      return reportOn(error);
    }
  }

  async probe(signal: AbortSignal): Promise<readonly ProbeResult[]> {
    const { session, dialect, committer } = this.#ports;
    const { create, timeoutMs } = this.#settings;
    return probe((work) => session.run(work, timeoutMs, signal), { dialect, committer, create });
  }

  close(): Promise<void> {
    return this.#ports.session.close();
  }

  #run<Result>(signal: AbortSignal, work: (connection: SqlConnection) => Promise<Result>): Promise<Result> {
    const { session, dialect } = this.#ports;
    const { create, timeoutMs } = this.#settings;
    return session.run(
      async (connection) => {
        if (!this.#hasSchema) await ensureSchema(connection, dialect, create);
        this.#hasSchema = true;
        return work(connection);
      },
      timeoutMs,
      signal,
    );
  }

  async #commit(connection: SqlConnection, batch: Batch, rows: readonly StoreRow[]): Promise<DeliveryReport> {
    const { committer } = this.#ports;
    try {
      await this.#purge.removeSome(connection);
      await committer.makePages(connection, rows);
      const startOffset = this.#progress.startOf(batch);
      const stored = await committer.commit(connection, { startOffset, end: batch.end, rows });
      this.#progress.committed(batch.end);
      return reportOnRows(rows, stored);
    } catch (error) {
      if (!(error instanceof SqlFault) || error.kind !== "data") throw error;
      const refused = await committer.findRefused(connection, batch.generation, rows);
      const report = reportOnRefusal(rows, refused, error);
      if (rows.length > 0 && refused.offsets.size === rows.length) this.#progress.settledWithoutRow(batch);
      return report;
    }
  }
}

function reportOnRows(rows: readonly StoreRow[], stored: ReadonlySet<number>): DeliveryReport {
  if (stored.size === rows.length) return { outcome: "stored" };
  const verdicts = rows.map(({ offset }) => ({
    verdict: stored.has(offset) ? ("stored" as const) : ("duplicate" as const),
  }));
  return { outcome: "judged", verdicts };
}

function reportOnRefusal(
  rows: readonly StoreRow[],
  { offsets, refusesAll }: RefusedRows,
  fault: SqlFault,
): DeliveryReport {
  if (refusesAll) {
    const message = `${fault.message}, and so for every line: the tables were changed, undo that`;
    return { outcome: "blocked", reason: fault.reason, message };
  }
  if (offsets.size === 0)
    return { outcome: "unavailable", reason: fault.reason, message: `${fault.message} no more` };
  const error = { type: fault.reason, reason: fault.message, isDocumentFault: true };
  const verdicts = rows.map(({ offset }): Verdict => {
    return offsets.has(offset) ? { verdict: "refused", error } : AGAIN;
  });
  return { outcome: "judged", verdicts };
}
