/**
 * The embedded store as a sink: the lane named `local`, beside any sinks of the configuration.
 *
 * It commits the lane's checkpoint together with the rows. So the lane must hand over every batch, with an
 * empty payload where it has no document, and one at a time.
 */
import assert from "node:assert/strict";
import type { Batch, Payload, PayloadBuilder } from "../batch/batch.ts";
import type { CheckpointStore } from "../checkpoint/checkpoint-store.ts";
import type { Store } from "../store/store.ts";
import { isCorruption, setDatabaseAside, sqliteErrorCode } from "../system/sqlite.ts";
import { RowPayloadBuilder, rowsOf } from "./row-payload.ts";
import type { DeliveryLimits, DeliveryReport, Sink, Unavailable } from "./sink.ts";

/** What is wrong with the disk or the file, by the engine's primary error codes; all of it may pass. */
const PASSING_ERRORS: Readonly<Record<string, string>> = {
  SQLITE_FULL: "the disk is full: make room in the state folder's file system",
  SQLITE_IOERR: "the disk answers with an error: check the state folder's file system",
  SQLITE_BUSY: "another process keeps the database locked: close it",
  SQLITE_LOCKED: "another process keeps the database locked: close it",
  SQLITE_READONLY:
    "the file cannot be written: check its owner and rights, and whether the disk is read-only",
  SQLITE_CANTOPEN: "the file cannot be opened: check the owner and rights of the state folder",
};

function primaryCode(code: string): string {
  return code.split("_").slice(0, 2).join("_");
}

/** The report on a failure of the disk or the file, which may pass. Throws any other error on. */
export function toUnavailable(error: unknown, path: string): Unavailable {
  const code = sqliteErrorCode(error);
  const advice = code === undefined ? undefined : PASSING_ERRORS[primaryCode(code)];
  if (code === undefined || advice === undefined) throw error;
  const reason = primaryCode(code).toLowerCase();
  return { outcome: "unavailable", reason, message: `${path}: ${advice} (${code})` };
}

class LocalSink implements Sink {
  readonly limits: DeliveryLimits;
  readonly progress: CheckpointStore;
  readonly #store: Store;
  #damage: string | undefined;

  constructor(store: Store, limits: DeliveryLimits) {
    this.#store = store;
    this.limits = { ...limits, inFlightMax: 1 };
    this.progress = {
      load: async () => store.checkpoints(),
      // Offsets are saved by `deliver`; where a file is now is only a hint, so a failure may wait for the next time.
      save: async (checkpoints) => this.#noteWhereabouts(checkpoints),
    };
  }

  payloadBuilder(): PayloadBuilder {
    return new RowPayloadBuilder(this.limits);
  }

  async open() {
    return { outcome: "ready" as const };
  }

  async deliver(payload: Payload, batch: Batch): Promise<DeliveryReport> {
    if (this.#damage !== undefined) return this.#blocked(this.#damage);
    assert(payload.count === (batch.payload?.count ?? 0), "the store takes whole batches only");
    const rows = rowsOf(payload);
    try {
      const known = this.#store.commit({ startOffset: batch.startOffset, end: batch.end, rows });
      if (known === 0) return { outcome: "stored" };
      const verdicts = rows.map((_row, index) => ({
        verdict: index < known ? ("duplicate" as const) : ("stored" as const),
      }));
      return { outcome: "judged", verdicts };
    } catch (error) {
      if (!isCorruption(error)) return toUnavailable(error, this.#store.path);
      this.#damage = setDatabaseAside(this.#store.path);
      return this.#blocked(this.#damage);
    }
  }

  async probe() {
    const name = "embedded store";
    try {
      this.#store.probe();
      return [{ name, ok: true, message: `${this.#store.path} can be written` }];
    } catch (error) {
      return [{ name, ok: false, message: toUnavailable(error, this.#store.path).message }];
    }
  }

  async close(): Promise<void> {
    this.#store.close();
  }

  #blocked(movedTo: string): DeliveryReport {
    return {
      outcome: "blocked",
      reason: "damaged",
      message: `the embedded database is damaged and was moved to ${movedTo}: restart, and a new one is filled from the audit files`,
    };
  }

  #noteWhereabouts(checkpoints: Parameters<CheckpointStore["save"]>[0]): void {
    try {
      this.#store.noteWhereabouts(checkpoints);
    } catch (error) {
      if (sqliteErrorCode(error) === undefined) throw error;
    }
  }
}

/** Makes the sink of the lane `local`. It takes one batch at a time whatever `limits` say, and closes the store. */
export function createLocalSink(store: Store, limits: DeliveryLimits): Sink {
  return new LocalSink(store, limits);
}
