/** Which lanes a configuration asks for: one for each sink, and `local` for the embedded store. */
import type { CheckpointStore } from "../checkpoint/checkpoint-store.ts";
import type { Config } from "../config/load.ts";
import type { SinkSettings } from "../config/schema.ts";
import type { BackoffOptions } from "../lane/backoff.ts";
import { readTls } from "../sinks/http/tls.ts";
import { createLocalSink } from "../sinks/local.ts";
import type { Sink } from "../sinks/sink.ts";
import { SINKS, type SinkContext, type SinkKind } from "../sinks/table.ts";
import type { Store } from "../store/store.ts";
import type { Clock } from "../system/clock.ts";
import { systemFiles } from "../system/files.ts";
import { ReloadableSink } from "./reloadable-sink.ts";
import { StateFolder } from "./state-folder.ts";

/** The name of the embedded store's lane. */
export const LOCAL_LANE = "local";

export interface PlannedLane {
  readonly name: string;
  readonly type: string;
  readonly sink: Sink;
  readonly backoff: BackoffOptions;
}

/** Larger transactions are hardly faster, block readers for longer, and their rows are objects that stay in memory. */
const LOCAL_LIMITS = { recordsMax: 1000, bytesMax: 256 * 1024, waitMsMax: 200, inFlightMax: 1 };
const LOCAL_BACKOFF: BackoffOptions = { initialMs: 200, maxMs: 10_000 };

/** True if whole records are kept: asked for, or because the store is the only destination. */
export function keepsRecords({ store, sinks }: Config): boolean {
  return store.records === "auto" ? Object.keys(sinks).length === 0 : store.records;
}

/** The lane of the embedded store. */
export function planLocalLane(store: Store): PlannedLane {
  return {
    name: LOCAL_LANE,
    type: "store",
    sink: createLocalSink(store, LOCAL_LIMITS),
    backoff: LOCAL_BACKOFF,
  };
}

/** Makes the sink of one entry of `sinks`. */
export async function createSink(
  name: string,
  settings: SinkSettings,
  config: Config,
  clock: Clock,
): Promise<Sink> {
  return kindOf(settings).create(settings, sinkContext(name, config, clock));
}

/** Makes the sink that takes the dead letters of one entry of `sinks` back. */
export async function createReplaySink(
  name: string,
  settings: SinkSettings,
  config: Config,
  clock: Clock,
): Promise<Sink> {
  const { create, replay = create } = kindOf(settings);
  return replay(settings, sinkContext(name, config, clock));
}

function kindOf({ type }: SinkSettings): SinkKind {
  const kind = SINKS[type];
  if (kind === undefined) throw new Error(`no sink has the type ${type}`);
  return kind;
}

/** What the sink of this name gets besides its own options. */
export function sinkContext(
  name: string,
  { instance, labels, state_dir }: Config,
  clock: Clock,
): SinkContext {
  return { name, clock, instance, labels, memory: new StateFolder(state_dir).memory(name, systemFiles) };
}

/** Rejects, naming sink, option and file, if a sink's certificate, key or authority is of no use. */
export async function examineTls({ sinks }: Config): Promise<void> {
  for (const [name, { tls }] of Object.entries(sinks)) {
    if (tls === undefined) continue;
    await readTls(tls).catch((error: unknown) => {
      throw error instanceof Error ? new Error(`sinks.${name}: ${error.message}`, { cause: error }) : error;
    });
  }
}

/**
 * The lanes of the configured sinks.
 *
 * @param progressOf makes the checkpoints of a lane of those that its sink commits itself
 */
export async function planSinkLanes(
  config: Config,
  clock: Clock,
  progressOf: (name: string, committed: CheckpointStore) => CheckpointStore,
): Promise<(PlannedLane & { readonly sink: ReloadableSink })[]> {
  const lanes = [];
  for (const [name, settings] of Object.entries(config.sinks)) {
    const created = await createSink(name, settings, config, clock);
    const sink = new ReloadableSink(created, (committed) => progressOf(name, committed));
    const backoff = { initialMs: settings.retry.initial, maxMs: settings.retry.max };
    lanes.push({ name, type: settings.type, sink, backoff });
  }
  return lanes;
}
