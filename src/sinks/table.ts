/**
 * Every kind of sink there is. To add one: write its folder, add its line here.
 *
 * The configuration, the JSON Schema, the reference page, `check` and the sink contract test are all derived
 * from this table.
 */
import type { z } from "zod";
import type { Clock } from "../system/clock.ts";
import { openSearchOptions } from "./opensearch/options.ts";
import { createOpenSearchSink } from "./opensearch/sink.ts";
import type { Sink } from "./sink.ts";

/** What a sink gets besides its own options. */
export interface SinkContext {
  readonly name: string;
  readonly clock: Clock;
  /** Members that every document gets (the configuration's `labels`). */
  readonly labels: Readonly<Record<string, string>>;
}

export interface SinkKind {
  readonly options: z.ZodObject;
  readonly create: (options: unknown, context: SinkContext) => Promise<Sink>;
}

/** Checks `create` against the type of `options`, then forgets it: the table's entries are alike. */
export function sinkKind<Options extends z.ZodObject>(
  options: Options,
  create: (options: z.output<Options>, context: SinkContext) => Promise<Sink>,
): SinkKind {
  return { options, create: (validated, context) => create(validated as z.output<Options>, context) };
}

export const SINKS: Readonly<Record<string, SinkKind>> = {
  opensearch: sinkKind(openSearchOptions, createOpenSearchSink),
};
