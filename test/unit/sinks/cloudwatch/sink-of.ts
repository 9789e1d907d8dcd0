/** A sink of type `cloudwatch` over the double of the service, and lines for it. */
import type { z } from "zod";
import { KeptName } from "../../../../src/sinks/cloudwatch/kept-name.ts";
import { cloudWatchOptions } from "../../../../src/sinks/cloudwatch/options.ts";
import { CloudWatchSink } from "../../../../src/sinks/cloudwatch/sink.ts";
import type { DeliveryReport } from "../../../../src/sinks/sink.ts";
import type { SinkMemory } from "../../../../src/sinks/table.ts";
import { batchOf, requestLine } from "../../../support/documents.ts";
import { forgetfulMemory } from "../../../support/sink-memory.ts";
import type { ServiceLogs } from "./service-logs.ts";

export const GROUP = "/mem0/audit-logs";
export const STREAM = "host-1";
export const NAME = "audit-2026-04-03.jsonl";

export function sinkOver(
  logs: ServiceLogs,
  configuration: z.input<typeof cloudWatchOptions> = {},
  memory: SinkMemory = forgetfulMemory(),
): CloudWatchSink {
  const options = cloudWatchOptions.parse(configuration);
  const name = new KeptName(options.log_stream, memory, async () =>
    options.log_stream.replace("{instance_id}", STREAM),
  );
  return new CloudWatchSink(options, { clock: logs.clock, labels: {} }, logs, name);
}

/** A line so many milliseconds before the clock of the service. */
export function lineAt(logs: ServiceLogs, ageMs: number, members: object = {}): string {
  return requestLine({ ts: new Date(logs.clock.nowMs() - ageMs).toISOString(), ...members });
}

/** Delivers these lines once, as one batch of one file; the clock moves on while the sink waits. */
export function deliver(
  sink: CloudWatchSink,
  logs: ServiceLogs,
  lines: readonly string[],
  name = NAME,
): Promise<DeliveryReport> {
  const batch = batchOf(sink.payloadBuilder(), name, lines);
  if (batch.payload === undefined) throw new Error("no lines");
  return logs.clock.runWhile(
    sink.deliver(batch.payload, batch, new AbortController().signal),
    "the delivery",
  );
}

/** The stored messages, parsed. */
export function stored(logs: ServiceLogs): Record<string, unknown>[] {
  return logs.store.events().map(({ message }) => JSON.parse(message));
}
