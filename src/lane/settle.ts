/**
 * Brings each line of a batch to its final fate: stored, already there, or a dead letter.
 *
 * This is the table of fates in docs/delivery.md. Waiting, retrying and counting exist here, once, for all
 * sinks; a sink only says what its destination answered.
 */
import assert from "node:assert/strict";
import type { Batch, Payload } from "../batch/batch.ts";
import type { Blocked, DeliveryReport, Sink, Unavailable, Verdict } from "../sinks/sink.ts";
import type { Clock } from "../system/clock.ts";
import type { Log } from "../system/log.ts";
import type { LaneCounters } from "./counters.ts";
import type { DeadLetters } from "./dead-letters.ts";
import type { Gate, Passage } from "./gate.ts";
import { type Ending, halves, indicesOf, isolate, type Refusal, type RefusedTogether } from "./isolate.ts";
import { brokenLetters, keepLetters, refusedLetter } from "./letters.ts";
import type { Trouble } from "./trouble.ts";

export interface SettlePorts {
  readonly name: string;
  readonly sink: Sink;
  readonly gate: Gate;
  readonly deadLetters: DeadLetters;
  readonly counters: LaneCounters;
  readonly trouble: Trouble;
  readonly clock: Clock;
  readonly log: Log;
  /** No attempt begins after it aborts. */
  readonly stop: AbortSignal;
  /** Ends attempts that are under way. */
  readonly abort: AbortSignal;
}

interface Attempt {
  readonly report: DeliveryReport;
  readonly passage: Passage;
}

export class Settler {
  readonly #ports: SettlePorts;
  #isOpen = false;
  /** How often the destination took documents: tells whether others passed since a refusal. */
  #taken = 0;

  constructor(ports: SettlePorts) {
    this.#ports = ports;
  }

  /** Resolves true once every line of `batch` has its fate, false if `stop` aborted before. */
  async settle(batch: Batch): Promise<boolean> {
    const { counters, sink, clock, name } = this.#ports;
    if (!(await keepLetters(this.#ports, brokenLetters(name, batch, clock.nowMs())))) return false;
    counters.settled("skipped", batch.skipped);
    const commitsProgress = sink.progress !== undefined;
    if (batch.payload === undefined && !commitsProgress) return true;
    return (await this.#settlePayload(batch.payload ?? EMPTY_PAYLOAD, batch)) === "settled";
  }

  /**
   * Settles documents, also where the destination refuses a whole request: then single lines are told from the
   * rest, and are dead letters if they are at fault and others pass. While every line is refused, or for a
   * reason that is not the document's, it is the destination's fault: the lane is blocked.
   */
  async #settlePayload(payload: Payload, batch: Batch): Promise<Ending> {
    const takenBefore = this.#taken;
    const othersPass = () => this.#taken > takenBefore;
    let rest = payload;
    for (let round = 0; ; round++) {
      const ending = await this.#deliver(rest, batch);
      if (typeof ending === "string") return ending;
      const { refusal, indices } = ending;
      if (indices.length < rest.count) rest = rest.select(indices);
      const isolated =
        rest.count === 1
          ? { alone: new Map([[0, refusal]]), othersPass: othersPass(), untried: [] }
          : await isolate(rest, round, othersPass, (some) => this.#deliver(some, batch));
      if (isolated === "stopped") return "stopped";

      const { alone, untried } = isolated;
      const guilty = [...alone].filter(([, { error }]) => isolated.othersPass && error.isDocumentFault);
      const letters = guilty.map(([index, { error }]) => this.#letter(rest, index, batch, error, 1));
      if (!(await keepLetters(this.#ports, letters))) return "stopped";
      const innocent = [...alone.keys()].filter((index) => !guilty.some(([one]) => one === index));
      const again = [...innocent, ...untried].sort((a, b) => a - b);
      if (again.length === 0) return "settled";
      const { error, message } = alone.get(innocent[0] ?? -1) ?? refusal;
      this.#noteTrouble({ outcome: "blocked", reason: error.type, message });
      this.#ports.gate.shut();
      rest = rest.select(again);
    }
  }

  /** Sends until the destination judged every document, for ever if need be, or refuses those that are left. */
  async #deliver(payload: Payload, batch: Batch): Promise<Ending | RefusedTogether> {
    const { counters } = this.#ports;
    let attempts = 0;
    let rest = payload;
    // Which documents of the payload are in `rest`; undefined: all, which is not written out for each delivery.
    let indices: readonly number[] | undefined;
    for (;;) {
      const attempt = await this.#attempt(rest, batch);
      if (attempt === undefined) return "stopped";
      const { report, passage } = attempt;
      attempts++;
      switch (report.outcome) {
        case "stored":
          this.#taken++;
          this.#passed(passage);
          counters.settled("stored", rest.count);
          return "settled";
        case "judged": {
          const again = await this.#judge(rest, report.verdicts, batch, { attempts, passage });
          if (again === "stopped") return "stopped";
          if (again.length === 0) return "settled";
          if (again.length === rest.count) break;
          rest = rest.select(again);
          indices = again.map((place) => indices?.[place] ?? place);
          break;
        }
        case "unavailable":
        case "blocked":
          this.#failed(report, passage);
          break;
        case "too_large":
          this.#passed(passage);
          return this.#tooLarge(rest, report.message, batch, attempts);
        case "refused":
          counters.retry("refused");
          passage.undecided();
          return { refusal: report, indices: indices ?? indicesOf(rest) };
      }
    }
  }

  /** Waits for the gate and sends once; undefined if it must stop. */
  async #attempt(payload: Payload, batch: Batch): Promise<Attempt | undefined> {
    const { gate, sink, clock, counters, stop, abort, log, name } = this.#ports;
    const passage = await gate.pass(stop);
    if (passage === undefined) return undefined;
    if (!this.#isOpen) {
      const opened = await sink.open(abort);
      if (opened.outcome !== "ready") return { report: opened, passage };
      this.#isOpen = true;
      if (opened.warning !== undefined) log.warn({ sink: name }, opened.warning);
    }
    const startMs = clock.monotonicMs();
    const report = await sink.deliver(payload, batch, abort);
    counters.deliverSeconds.observe((clock.monotonicMs() - startMs) / 1000);
    counters.batchBytes.observe(payload.bytes);
    return { report, passage };
  }

  /** Settles what the verdicts decide; returns which documents must be sent again. */
  async #judge(
    payload: Payload,
    verdicts: readonly Verdict[],
    batch: Batch,
    { attempts, passage }: { readonly attempts: number; readonly passage: Passage },
  ): Promise<number[] | "stopped"> {
    assert.equal(verdicts.length, payload.count, "a sink gives one verdict for each document");
    const { counters } = this.#ports;
    const fates = { stored: 0, duplicate: 0 };
    const letters = [];
    const again: number[] = [];
    let trouble: Unavailable | Blocked | undefined;
    for (const [index, verdict] of verdicts.entries()) {
      if (verdict.verdict === "stored" || verdict.verdict === "duplicate") fates[verdict.verdict]++;
      else if (verdict.verdict === "refused" && verdict.error.isDocumentFault)
        letters.push(this.#letter(payload, index, batch, verdict.error, attempts));
      else {
        again.push(index);
        trouble = worse(trouble, troubleOf(verdict));
      }
    }
    counters.settled("stored", fates.stored);
    counters.settled("duplicate", fates.duplicate);
    if (fates.stored + fates.duplicate > 0) this.#taken++;
    if (!(await keepLetters(this.#ports, letters))) return "stopped";
    if (trouble === undefined) this.#passed(passage);
    else this.#failed(trouble, passage, again.length < payload.count);
    return again;
  }

  async #tooLarge(payload: Payload, message: string, batch: Batch, attempts: number): Promise<Ending> {
    this.#ports.counters.retry("too_large");
    if (payload.count === 1) {
      const error = { type: "too_large", reason: message, isDocumentFault: true };
      const kept = await keepLetters(this.#ports, [this.#letter(payload, 0, batch, error, attempts)]);
      return kept ? "settled" : "stopped";
    }
    for (const half of halves(indicesOf(payload))) {
      if ((await this.#settlePayload(payload.select(half), batch)) === "stopped") return "stopped";
    }
    return "settled";
  }

  #letter(payload: Payload, index: number, batch: Batch, error: Refusal["error"], attempts: number) {
    const { name, clock } = this.#ports;
    return refusedLetter(name, payload, index, batch, error, { attempts, timeMs: clock.nowMs() });
  }

  #passed(passage: Passage): void {
    passage.succeeded();
    this.#ports.trouble.cleared();
  }

  /** @param somePassed true if the destination took a part, and only wants the rest later */
  #failed(report: Unavailable | Blocked, passage: Passage, somePassed = false): void {
    this.#noteTrouble(report);
    const retryAfterMs = report.outcome === "unavailable" ? report.retryAfterMs : undefined;
    passage.failed(retryAfterMs ?? 0, somePassed);
  }

  #noteTrouble(report: Unavailable | Blocked): void {
    this.#ports.counters.retry(report.reason);
    this.#ports.trouble.occurred(report);
  }
}

/** For sinks that commit the checkpoint themselves, when a batch has no document. */
const EMPTY_PAYLOAD: Payload = {
  count: 0,
  bytes: 0,
  offset: () => 0,
  line: () => Buffer.alloc(0),
  timestamp: () => "",
  select: () => EMPTY_PAYLOAD,
};

function troubleOf(verdict: Extract<Verdict, { verdict: "deferred" | "refused" }>): Unavailable | Blocked {
  if (verdict.verdict === "deferred")
    return {
      outcome: "unavailable",
      reason: verdict.reason,
      message: `some documents are deferred: ${verdict.reason}`,
    };
  const { type, reason } = verdict.error;
  return { outcome: "blocked", reason: type, message: `${type}: ${reason}` };
}

function worse(before: Unavailable | Blocked | undefined, now: Unavailable | Blocked): Unavailable | Blocked {
  return before === undefined || (before.outcome === "unavailable" && now.outcome === "blocked")
    ? now
    : before;
}
