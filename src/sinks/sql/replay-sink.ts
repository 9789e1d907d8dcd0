/**
 * A database as the destination of dead letters that are replayed, from a process beside the daemon.
 *
 * Each line is taken in once, whatever the committed offset, which does not move: that is the lane's affair.
 */
import type { Batch, Payload, PayloadBuilder } from "../../batch/batch.ts";
import { RowPayloadBuilder, rowsOf } from "../row-payload.ts";
import type { DeliveryLimits, DeliveryReport, OpenReport, ProbeResult, Sink, Verdict } from "../sink.ts";
import { reportOn, SqlFault } from "./fault.ts";
import { SqlSink, type SqlSinkPorts, type SqlSinkSettings } from "./sink.ts";

export class SqlReplaySink implements Sink {
  readonly limits: DeliveryLimits;
  readonly #settings: SqlSinkSettings;
  readonly #ports: SqlSinkPorts;
  readonly #lane: SqlSink;

  constructor(settings: SqlSinkSettings, ports: SqlSinkPorts) {
    this.limits = settings.limits;
    this.#settings = settings;
    this.#ports = ports;
    this.#lane = new SqlSink(settings, ports);
  }

  payloadBuilder(): PayloadBuilder {
    return new RowPayloadBuilder(this.limits);
  }

  open(signal: AbortSignal): Promise<OpenReport> {
    return this.#lane.open(signal);
  }

  async deliver(payload: Payload, { generation }: Batch, signal: AbortSignal): Promise<DeliveryReport> {
    const { session, committer } = this.#ports;
    const rows = rowsOf(payload);
    try {
      const stored = await session.run(
        (connection) => committer.replay(connection, generation, rows),
        this.#settings.timeoutMs,
        signal,
      );
      const verdicts = rows.map(({ offset }): Verdict => {
        return { verdict: stored.has(offset) ? "stored" : "duplicate" };
      });
      return { outcome: "judged", verdicts };
    } catch (error) {
      if (!(error instanceof SqlFault) || error.kind !== "data") return reportOn(error);
      // Each line may come alone here, so the lane's own search finds the one at fault.
      const { reason, message } = error;
      return { outcome: "refused", error: { type: reason, reason: message, isDocumentFault: true }, message };
    }
  }

  probe(signal: AbortSignal): Promise<readonly ProbeResult[]> {
    return this.#lane.probe(signal);
  }

  close(): Promise<void> {
    return this.#lane.close();
  }
}
