/** Lines on their way into the dead letters. */
import type { Batch, Payload } from "../batch/batch.ts";
import { maskRawKeys } from "../record/api-key.ts";
import type { DocumentError } from "../sinks/sink.ts";
import type { Clock } from "../system/clock.ts";
import type { Log } from "../system/log.ts";
import { documentId } from "../tail/generation.ts";
import type { LaneCounters } from "./counters.ts";
import type { DeadLetter, DeadLetters } from "./dead-letters.ts";
import type { Trouble } from "./trouble.ts";

const RETRY_MS = 5000;

/** The letters of a batch's lines that are no documents. */
export function brokenLetters(sink: string, batch: Batch, timeMs: number): DeadLetter[] {
  return batch.broken.map(({ head, ...line }) => ({
    ...placeOf(sink, batch, line.offset),
    lengthBytes: line.lengthBytes,
    type: line.type,
    reason: line.reason,
    timestamp: line.timestamp,
    sha256: line.sha256,
    line: maskRawKeys(head),
    attempts: 0,
    timeMs,
  }));
}

/** The letter of a document that the destination refused. */
export function refusedLetter(
  sink: string,
  payload: Payload,
  index: number,
  batch: Batch,
  error: DocumentError,
  when: { readonly attempts: number; readonly timeMs: number },
): DeadLetter {
  const line = payload.line(index);
  return {
    ...placeOf(sink, batch, payload.offset(index)),
    ...when,
    lengthBytes: line.length,
    type: error.type,
    reason: error.reason,
    line,
    sha256: undefined,
    timestamp: payload.timestamp(index),
  };
}

function placeOf(sink: string, { generation }: Batch, offset: number) {
  return {
    sink,
    id: documentId(generation, offset),
    generationId: generation.id,
    file: generation.name,
    offset,
  };
}

/** Writes dead letters, for ever if need be: a line is never dropped. Resolves false if `stop` aborts first. */
export async function keepLetters(
  ports: {
    readonly name: string;
    readonly deadLetters: DeadLetters;
    readonly counters: LaneCounters;
    readonly trouble: Trouble;
    readonly clock: Clock;
    readonly log: Log;
    readonly stop: AbortSignal;
  },
  letters: readonly DeadLetter[],
): Promise<boolean> {
  const [first] = letters;
  if (first === undefined) return true;
  let hasFailed = false;
  while (!(await tryToKeep(ports, letters))) {
    hasFailed = true;
    await ports.clock.sleep(RETRY_MS, ports.stop);
    if (ports.stop.aborted) return false;
  }
  if (hasFailed) ports.trouble.cleared();
  ports.counters.settled("deadLetter", letters.length);
  const { type, reason, file, offset } = first;
  ports.log.warn(
    { sink: ports.name, count: letters.length, first: { type, reason, file, offset } },
    "lines went to the dead letters; look at them with: mem0-audit-shipper dead-letters list",
  );
  return true;
}

async function tryToKeep(
  ports: { readonly deadLetters: DeadLetters; readonly trouble: Trouble },
  letters: readonly DeadLetter[],
): Promise<boolean> {
  try {
    await ports.deadLetters.add(letters);
    return true;
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    ports.trouble.occurred({
      outcome: "blocked",
      reason: "dead_letters",
      message: `dead letters cannot be written (${cause}): the lane stops until there is room in the state folder`,
    });
    return false;
  }
}
