/** A sink of type `opensearch` as the configuration would make it. */

import type { z } from "zod";
import type { DocumentRules } from "../../src/document/read.ts";
import { openSearchOptions } from "../../src/sinks/opensearch/options.ts";
import { createOpenSearchSink } from "../../src/sinks/opensearch/sink.ts";
import type { DeliveryReport, Sink } from "../../src/sinks/sink.ts";
import { systemClock } from "../../src/system/clock.ts";
import { batchOf } from "./documents.ts";
import { forgetfulMemory } from "./sink-memory.ts";

export type OpenSearchConfiguration = z.input<typeof openSearchOptions>;

export function openSearchSink(configuration: OpenSearchConfiguration): Promise<Sink> {
  const options = openSearchOptions.parse(configuration);
  return createOpenSearchSink(options, {
    name: "search",
    clock: systemClock,
    instance: "",
    labels: {},
    memory: forgetfulMemory(),
  });
}

/** Delivers these lines once, as one payload of one file, by `rules` beside default prices. */
export async function deliverLines(
  sink: Sink,
  name: string,
  lines: readonly string[],
  signal = new AbortController().signal,
  rules: Partial<DocumentRules> = {},
): Promise<DeliveryReport> {
  const batch = batchOf(sink.payloadBuilder(), name, lines, rules);
  if (batch.payload === undefined) throw new Error("no lines");
  const report = await sink.deliver(batch.payload, batch, signal);
  batch.payload.release?.();
  return report;
}
