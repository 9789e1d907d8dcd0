/**
 * Every kind of sink there is. To add one: write its folder, add its line here.
 *
 * The configuration, the JSON Schema, the reference page, `check`, `setup` and the sink contract test are all
 * derived from this table. The options are loaded with it, the code of a kind only when it is used: each official
 * client takes a tenth of a second and many megabytes.
 */
import type { z } from "zod";
import type { Clock } from "../system/clock.ts";
import type { UsageSource } from "../usage/source.ts";
import { cloudWatchOptions } from "./cloudwatch/options.ts";
import { elasticsearchOptions } from "./elasticsearch/options.ts";
import { mysqlOptions } from "./mysql/options.ts";
import { openSearchOptions } from "./opensearch/options.ts";
import { postgresOptions } from "./postgres/options.ts";
import type { Presence } from "./presence.ts";
import type { SetupPlan } from "./setup.ts";
import type { Sink } from "./sink.ts";

/** What a sink gets besides its own options. */
export interface SinkContext {
  readonly name: string;
  readonly clock: Clock;
  /** The configuration's `instance`: part of the ids of all documents. */
  readonly instance: string;
  /** Members that every document gets (the configuration's `labels`). */
  readonly labels: Readonly<Record<string, string>>;
  readonly memory: SinkMemory;
}

/** A few texts that a sink keeps from one start to the next, in the state folder. */
export interface SinkMemory {
  /** What was saved last; empty if there is nothing, or nothing that can be read. */
  load(): Promise<Readonly<Record<string, string>>>;
  /** Replaces all that was kept. Rejects if it cannot be written. */
  save(entries: Readonly<Record<string, string>>): Promise<void>;
}

/** What a reader of a destination gets. */
export type UsageContext = Pick<SinkContext, "name" | "clock">;

/** What can be made of the options of one kind. */
interface SinkParts<Options> {
  readonly create: (options: Options, context: SinkContext) => Promise<Sink>;
  /** Takes dead letters back, where `create` skips what lies before its own checkpoint; without it `create` does. */
  readonly replay?: (options: Options, context: SinkContext) => Promise<Sink>;
  /** What `setup` makes for it; without it there is nothing to set up. */
  readonly setup?: (options: Options, context: SinkContext) => Promise<SetupPlan>;
  /** What `usage --from` asks; without it the destination cannot add up. Rejects with a `UsageFault`. */
  readonly usage?: (options: Options, context: UsageContext) => Promise<UsageSource>;
  /** What `verify` asks; without it nobody can tell what the destination holds. */
  readonly presence?: (options: Options, context: SinkContext) => Promise<Presence>;
}

export interface SinkKind extends SinkParts<unknown> {
  readonly options: z.ZodObject;
}

/** Checks the parts against the type of `options`, then forgets it: the table's entries are alike. */
export function sinkKind<Options extends z.ZodObject>(
  options: Options,
  parts: SinkParts<z.output<Options>>,
): SinkKind {
  return { options, ...(parts as SinkParts<unknown>) };
}

export const SINKS: Readonly<Record<string, SinkKind>> = {
  cloudwatch: sinkKind(cloudWatchOptions, {
    create: async (options, context) =>
      (await import("./cloudwatch/sink.ts")).createCloudWatchSink(options, context),
    setup: async (options, context) =>
      (await import("./cloudwatch/setup/plan.ts")).cloudWatchSetup(options, context),
    presence: async (options, context) =>
      (await import("./cloudwatch/presence.ts")).cloudWatchPresence(options, context),
  }),
  elasticsearch: sinkKind(elasticsearchOptions, {
    create: async (options, context) =>
      (await import("./elasticsearch/sink.ts")).createElasticsearchSink(options, context),
    setup: async (options, context) =>
      (await import("./elasticsearch/setup.ts")).elasticsearchSetup(options, context),
    usage: async (options, context) =>
      (await import("./elasticsearch/usage.ts")).elasticsearchUsage(options, context),
    presence: async (options, context) =>
      (await import("./elasticsearch/presence.ts")).elasticsearchPresence(options, context),
  }),
  mysql: sinkKind(mysqlOptions, {
    create: async (options, context) => (await import("./mysql/sink.ts")).createMysqlSink(options, context),
    replay: async (options, context) =>
      (await import("./mysql/sink.ts")).createMysqlReplaySink(options, context),
    usage: async (options, context) => (await import("./mysql/sink.ts")).mysqlUsage(options, context),
    presence: async (options, context) => (await import("./mysql/sink.ts")).mysqlPresence(options, context),
  }),
  opensearch: sinkKind(openSearchOptions, {
    create: async (options, context) =>
      (await import("./opensearch/sink.ts")).createOpenSearchSink(options, context),
    setup: async (options, context) =>
      (await import("./opensearch/setup.ts")).openSearchSetup(options, context),
    usage: async (options, context) =>
      (await import("./opensearch/usage.ts")).openSearchUsage(options, context),
    presence: async (options, context) =>
      (await import("./opensearch/presence.ts")).openSearchPresence(options, context),
  }),
  postgres: sinkKind(postgresOptions, {
    create: async (options, context) =>
      (await import("./postgres/sink.ts")).createPostgresSink(options, context),
    replay: async (options, context) =>
      (await import("./postgres/sink.ts")).createPostgresReplaySink(options, context),
    usage: async (options, context) => (await import("./postgres/sink.ts")).postgresUsage(options, context),
    presence: async (options, context) =>
      (await import("./postgres/sink.ts")).postgresPresence(options, context),
  }),
};
