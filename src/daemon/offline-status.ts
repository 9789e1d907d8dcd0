/** The state of delivery as the files tell it: checkpoints against audit files, with the daemon up or down. */
import { join } from "node:path";
import { recognise } from "../checkpoint/recognise.ts";
import type { Config } from "../config/load.ts";
import { openDeadLettersForReading } from "../lane/dead-letter-database.ts";
import type { FileProgress } from "../lane/snapshot.ts";
import { openStoreForReading } from "../store/open.ts";
import { SourceFiles } from "../store/source-files.ts";
import type { Clock } from "../system/clock.ts";
import type { FileStat, Files, OpenFile } from "../system/files.ts";
import { globToRegExp } from "../system/glob.ts";
import type { Log } from "../system/log.ts";
import type { Checkpoint } from "../tail/checkpoint.ts";
import { readFully } from "../tail/tracked-file.ts";
import { BODIES_LANE } from "./bodies.ts";
import { LOCAL_LANE } from "./lane-plan.ts";
import type { StateFolder } from "./state-folder.ts";
import { readStatusFile } from "./status-file.ts";
import type { LaneStatus } from "./status-report.ts";

const NEWLINE = 0x0a;
const BACKWARD_BYTES = 64 * 1024;

export interface StatusPorts {
  readonly files: Files;
  readonly clock: Clock;
  readonly log: Log;
}

/** The state of every lane of the configuration. Rejects if the state folder or the audit folder is unreadable. */
export async function offlineStatus(
  config: Config,
  state: StateFolder,
  ports: StatusPorts,
): Promise<LaneStatus[]> {
  const saved = await readStatusFile(state.status, ports.files);
  const letters = openDeadLettersForReading(state.deadLetters);
  const lanes = [
    ...(config.store.enabled ? [{ name: LOCAL_LANE, type: "store" }] : []),
    ...Object.entries(config.sinks).map(([name, { type }]) => ({ name, type })),
    ...(config.bodies === undefined ? [] : [{ name: BODIES_LANE, type: config.bodies.store }]),
  ];
  try {
    return await Promise.all(
      lanes.map(async ({ name, type }) => {
        const known = await checkpointsOf(name, state, ports);
        const files = await progressOf(config, known, ports.files);
        const told = saved?.lanes.find((lane) => lane.name === name);
        const hasLag = files.some(({ lagBytes }) => lagBytes > 0);
        const sinceMs = told?.unacked_since_ms ?? undefined;
        return {
          name,
          type,
          files,
          oldestUnackedSeconds:
            hasLag && sinceMs !== undefined ? Math.max(0, (ports.clock.nowMs() - sinceMs) / 1000) : 0,
          deadLetters: letters?.count(name) ?? 0,
          lastError: told?.last_error ?? undefined,
        };
      }),
    );
  } finally {
    letters?.close();
  }
}

/** How far a lane is, as it is kept for the next start. */
export async function checkpointsOf(
  lane: string,
  state: StateFolder,
  ports: StatusPorts,
): Promise<readonly Checkpoint[]> {
  if (lane !== LOCAL_LANE) return state.checkpoints(lane, ports.files, ports.log).load();
  const reading = openStoreForReading(state.store);
  if (reading.outcome !== "open") return [];
  try {
    return new SourceFiles(reading.database).checkpoints();
  } finally {
    reading.database.close();
  }
}

async function progressOf(
  config: Config,
  known: readonly Checkpoint[],
  files: Files,
): Promise<FileProgress[]> {
  const included = globToRegExp(config.source.include);
  const names = await files.list(config.source.directory).catch(() => []);
  const progress: FileProgress[] = [];
  for (const name of names.filter((one) => included.test(one)).sort()) {
    const path = join(config.source.directory, name);
    const stat = await files.stat(path);
    if (stat?.kind === "file") progress.push(await fileProgress(name, path, stat, known, files));
  }
  return progress;
}

async function fileProgress(
  name: string,
  path: string,
  stat: FileStat,
  known: readonly Checkpoint[],
  files: Files,
): Promise<FileProgress> {
  const { sizeBytes } = stat;
  const file = await files.open(path).catch(() => undefined);
  // Nobody may read it now: then nothing of it is known to be delivered.
  if (file === undefined)
    return { name, sizeBytes, deliveredOffset: 0, lagBytes: sizeBytes, partialBytes: 0 };
  try {
    const deliveredOffset = (await recognise(name, stat, file, known))?.offset ?? 0;
    const completeBytes = await endOfLastLine(file, deliveredOffset, sizeBytes);
    const lagBytes = completeBytes - deliveredOffset;
    return { name, sizeBytes, deliveredOffset, lagBytes, partialBytes: sizeBytes - completeBytes };
  } finally {
    await file.close();
  }
}

/** Just after the last newline between two offsets; the lower one if there is none. */
async function endOfLastLine(file: OpenFile, from: number, to: number): Promise<number> {
  for (let end = to; end > from; ) {
    const start = Math.max(from, end - BACKWARD_BYTES);
    const newline = (await readFully(file, start, end - start)).lastIndexOf(NEWLINE);
    if (newline >= 0) return start + newline + 1;
    end = start;
  }
  return from;
}
