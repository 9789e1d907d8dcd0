/** A settler with a scripted destination, and batches made of short texts. */
import { createHash } from "node:crypto";
import type { Batch } from "../../../src/batch/batch.ts";
import { LaneCounters } from "../../../src/lane/counters.ts";
import { Gate } from "../../../src/lane/gate.ts";
import { Settler } from "../../../src/lane/settle.ts";
import { Trouble } from "../../../src/lane/trouble.ts";
import { identifyGeneration } from "../../../src/tail/generation.ts";
import { RecordingLog } from "../../support/recording-log.ts";
import { type Answer, LinesPayload, MemoryDeadLetters, ScriptedSink } from "../../support/scripted-sink.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";

export const NAME = "audit-2026-04-03.jsonl";
export const GENERATION = identifyGeneration("", NAME, Buffer.from("first"), 0);

/** A batch of these documents, beside broken and blank lines. */
export function batchOf(
  texts: readonly string[],
  others: { readonly broken?: readonly string[]; readonly skipped?: number } = {},
): Batch {
  const { broken = [], skipped = 0 } = others;
  const timestamp = "2026-04-03T00:00:00Z";
  const lines = texts.map((text, index) => ({ offset: index * 100, text, timestamp }));
  const end = { generation: GENERATION, offset: 1000, tailSha256: "", lastTimestamp: undefined };
  return {
    generation: GENERATION,
    startOffset: 0,
    end: { ...end, seenAs: NAME, inode: "" },
    lines: texts.length + broken.length + skipped,
    skipped,
    broken: broken.map((text, index) => ({
      offset: 10_000 + index,
      head: Buffer.from(text),
      lengthBytes: text.length,
      sha256: createHash("sha256").update(text).digest("hex"),
      type: "not_json" as const,
      reason: "not valid JSON",
      timestamp,
    })),
    payload: lines.length === 0 ? undefined : new LinesPayload(lines),
  };
}

export class Settling {
  readonly sink: ScriptedSink;
  readonly clock = new VirtualClock();
  readonly deadLetters = new MemoryDeadLetters();
  readonly counters = new LaneCounters();
  readonly recorded = new RecordingLog();
  readonly stop = new AbortController();
  readonly abort = new AbortController();
  readonly trouble = new Trouble("search", this.clock, this.recorded.log);
  readonly gate: Gate;
  readonly settler: Settler;

  constructor(answer?: Answer) {
    this.sink = new ScriptedSink(answer);
    this.gate = new Gate({ initialMs: 500, maxMs: 30_000 }, this.clock, { next: () => 0.5 });
    this.settler = new Settler({
      name: "search",
      sink: this.sink,
      gate: this.gate,
      deadLetters: this.deadLetters,
      counters: this.counters,
      trouble: this.trouble,
      clock: this.clock,
      log: this.recorded.log,
      stop: this.stop.signal,
      abort: this.abort.signal,
    });
  }

  /** Reads a batch and begins to settle it. */
  begin(batch: Batch): Promise<boolean> {
    this.counters.read(batch.lines);
    return this.settler.settle(batch);
  }

  /** Settles a batch to its end, whatever time that takes. */
  async settle(batch: Batch): Promise<boolean> {
    return this.clock.runWhile(this.begin(batch), "the batch to be settled");
  }

  /** The lines that are dead letters, as texts. */
  get letters(): string[] {
    return this.deadLetters.kept.map(({ line }) => line.toString());
  }
}
