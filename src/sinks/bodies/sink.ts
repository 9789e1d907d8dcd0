/**
 * The lane `bodies`: one object for each retrieval detail, under a name that hangs on the line alone, so that a line
 * that comes again finds its object there.
 */
import assert from "node:assert/strict";
import type { Batch, Payload } from "../../batch/batch.ts";
import type { DeliveryLimits, DeliveryReport, Sink, Verdict } from "../sink.ts";
import { type BodyStore, type Obstacle, type PutReport, packed } from "./body-store.ts";
import { BodyPayload, BodyPayloadBuilder } from "./payload.ts";

/** Each body is a request of its own: more of them in one batch would only be repeated after a crash. */
const LIMITS: DeliveryLimits = {
  recordsMax: 256,
  bytesMax: 4 * 1024 * 1024,
  waitMsMax: 200,
  inFlightMax: 1,
};

export class BodiesSink implements Sink {
  readonly limits = LIMITS;
  readonly #store: BodyStore;

  constructor(store: BodyStore) {
    this.#store = store;
  }

  payloadBuilder(): BodyPayloadBuilder {
    return new BodyPayloadBuilder(LIMITS);
  }

  open() {
    return this.#store.open();
  }

  async deliver(payload: Payload, _batch: Batch, signal: AbortSignal): Promise<DeliveryReport> {
    assert(payload instanceof BodyPayload, "a payload of another sink");
    const { reports, obstacle } = await this.#putAll(payload, signal);
    const there = payload.rows.filter((_, index) => isThere(reports[index]));
    const unsynced = await this.#store.flush(there.map(({ name }) => name));
    if (unsynced !== undefined) return unsynced;
    if (obstacle !== undefined && reports.every((report) => isObstacle(report))) return obstacle;
    const verdicts = reports.map((report) => verdictOn(isObstacle(report) ? obstacle : report));
    if (verdicts.every(({ verdict }) => verdict === "stored")) return { outcome: "stored" };
    return { outcome: "judged", verdicts };
  }

  probe(signal: AbortSignal) {
    return this.#store.probe(signal);
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  /** Puts a few at once, until the first obstacle: what stands in one's way stands in all others' as well. */
  async #putAll({ rows }: BodyPayload, signal: AbortSignal) {
    const reports: (PutReport | undefined)[] = rows.map(() => undefined);
    let obstacle: Obstacle | undefined;
    const remaining = rows.entries();
    const putNext = async () => {
      for (const [index, { name, json }] of remaining) {
        if (obstacle !== undefined) return;
        const report = await this.#store.put(name, await packed(json), signal);
        reports[index] = report;
        if (isObstacle(report)) obstacle ??= report;
      }
    };
    await Promise.all(Array.from({ length: this.#store.parallelMax }, putNext));
    return { reports, obstacle };
  }
}

function isThere(report: PutReport | undefined): boolean {
  return report?.outcome === "stored" || report?.outcome === "duplicate";
}

/** True too for what was not tried any more. */
function isObstacle(report: PutReport | undefined): report is Obstacle | undefined {
  return report === undefined || report.outcome === "unavailable" || report.outcome === "blocked";
}

function verdictOn(report: PutReport | undefined): Verdict {
  assert(report !== undefined, "a body that nothing happened to");
  switch (report.outcome) {
    case "stored":
    case "duplicate":
      return { verdict: report.outcome };
    case "refused":
      return { verdict: "refused", error: report.error };
    case "unavailable":
      return { verdict: "deferred", reason: report.reason };
    case "blocked":
      return {
        verdict: "refused",
        error: { type: report.reason, reason: report.message, isDocumentFault: false },
      };
  }
}
