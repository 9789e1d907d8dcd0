/** Delivers what is sent again as a lane would, but not for ever: a person waits for the answer. */
import type { Batch, Payload } from "../batch/batch.ts";
import type { BrokenLine } from "../document/broken-line.ts";
import { LaneCounters } from "../lane/counters.ts";
import type { DeadLetters } from "../lane/dead-letters.ts";
import { Gate } from "../lane/gate.ts";
import { Settler } from "../lane/settle.ts";
import type { Blocked, Unavailable } from "../sinks/sink.ts";
import type { Clock } from "../system/clock.ts";
import { silentLog } from "../system/log.ts";
import type { Random } from "../system/random.ts";
import { beginningOf } from "../tail/checkpoint.ts";
import type { Generation } from "../tail/generation.ts";
import { Patience, REPLAY_BACKOFF, type WatchedSink } from "./replay-target.ts";

/** Lines of one generation that are sent again. */
export interface AgainBatch {
  readonly generation: Generation;
  readonly payload: Payload | undefined;
  /** Lines that are no documents: they become letters. */
  readonly broken?: readonly BrokenLine[];
}

export interface PatientPorts {
  /** The sink's name. */
  readonly name: string;
  readonly sink: WatchedSink;
  /** Takes what is refused. */
  readonly deadLetters: DeadLetters;
  readonly clock: Clock;
  readonly random: Random;
  readonly stop: AbortSignal;
}

export interface PatientEnding {
  /** Offsets of the documents that the destination has now. */
  readonly accepted: ReadonlySet<number>;
  /** What went wrong last, if anything did. */
  readonly trouble: Unavailable | Blocked | undefined;
}

/** Settles the lines of `again`, as far as the destination's patience and ours go. */
export async function deliverPatiently(again: AgainBatch, ports: PatientPorts): Promise<PatientEnding> {
  const { name, sink, deadLetters, clock, random, stop } = ports;
  const patience = new Patience(name, clock);
  const settler = new Settler({
    ...{ name, sink, deadLetters, clock },
    gate: new Gate(REPLAY_BACKOFF, clock, random),
    counters: new LaneCounters(),
    trouble: patience,
    log: silentLog,
    stop: AbortSignal.any([stop, patience.exhausted]),
    abort: stop,
  });
  await settler.settle(toBatch(again));
  again.payload?.release?.();
  return { accepted: sink.takeAccepted(), trouble: patience.last };
}

function toBatch({ generation, payload, broken = [] }: AgainBatch): Batch {
  const documents = payload?.count ?? 0;
  const startOffset = documents === 0 ? 0 : (payload?.offset(0) ?? 0);
  const endOffset = documents === 0 ? 0 : (payload?.offset(documents - 1) ?? 0);
  const end = { ...beginningOf(generation), offset: endOffset };
  return { generation, startOffset, end, lines: documents + broken.length, skipped: 0, broken, payload };
}
