/** A sink into a database of a test server, as the configuration would make it. */
import type { Batch } from "../../src/batch/batch.ts";
import type { DeliveryReport, Sink } from "../../src/sinks/sink.ts";
import { SINKS, type SinkKind } from "../../src/sinks/table.ts";
import { systemClock } from "../../src/system/clock.ts";
import { batchOf } from "./documents.ts";
import { forgetfulMemory } from "./sink-memory.ts";
import type { SqlType } from "./sql-places.ts";

const never = new AbortController().signal;

function kindOf(type: SqlType): SinkKind {
  const kind = SINKS[type];
  if (kind === undefined) throw new Error(`no sink has the type ${type}`);
  return kind;
}

function contextOf(instance: string) {
  return { name: "database", clock: systemClock, instance, labels: {}, memory: forgetfulMemory() };
}

export function sqlSink(type: SqlType, configuration: object, instance = ""): Promise<Sink> {
  const kind = kindOf(type);
  return kind.create(kind.options.parse(configuration), contextOf(instance));
}

/** The sink that takes dead letters back. */
export function sqlReplaySink(type: SqlType, configuration: object): Promise<Sink> {
  const { options, create, replay = create } = kindOf(type);
  return replay(options.parse(configuration), contextOf(""));
}

/** The lines of one file as one batch, of which the sink gets these documents; all, if none are named. */
export function deliver(
  sink: Sink,
  lines: readonly string[],
  { name = "audit-2026-04-03.jsonl", indices }: { name?: string; indices?: readonly number[] } = {},
): Promise<DeliveryReport> {
  return deliverBatch(sink, batchOf(sink.payloadBuilder(), name, lines), indices);
}

/** Delivers these documents of a batch; all, if none are named. */
export function deliverBatch(sink: Sink, batch: Batch, indices?: readonly number[]): Promise<DeliveryReport> {
  const { payload } = batch;
  if (payload === undefined) throw new Error("no lines");
  return sink.deliver(indices === undefined ? payload : payload.select(indices), batch, never);
}

/** A part of a batch as a batch of its own: what a lane makes of the same lines at another time. */
export function partOf(batch: Batch, from: number, to: number): Batch {
  const { payload, end } = batch;
  if (payload === undefined) throw new Error("no lines");
  const offset = (index: number) => (index < payload.count ? payload.offset(index) : end.offset);
  const indices = Array.from({ length: to - from }, (_, index) => from + index);
  return {
    ...batch,
    startOffset: offset(from),
    end: { ...end, offset: offset(to) },
    lines: to - from,
    payload: payload.select(indices),
  };
}
