/**
 * Lines that `verify` missed, sent again under their ids.
 *
 * As with dead letters it works beside a running daemon and may be repeated: what is there by now is recognised. What
 * the destination refuses becomes a dead letter, the fate that such a line has.
 */
import type { Config } from "../config/load.ts";
import type { BrokenLine } from "../document/broken-line.ts";
import { readerOfLine } from "../document/one-line.ts";
import type { DocumentReader, DocumentRules } from "../document/read.ts";
import type { DeadLetterDatabase } from "../lane/dead-letter-database.ts";
import type { Sink } from "../sinks/sink.ts";
import type { Clock } from "../system/clock.ts";
import type { OpenFile } from "../system/files.ts";
import type { Random } from "../system/random.ts";
import type { Generation } from "../tail/generation.ts";
import type { FileLine } from "../verify/file-lines.ts";
import type { MissingLines } from "../verify/file-proof.ts";
import { BODIES_LANE, planBodiesLane } from "./bodies.ts";
import { createSink, LOCAL_LANE } from "./lane-plan.ts";
import { readLineAt } from "./original-line.ts";
import { deliverPatiently } from "./patient-delivery.ts";
import { WatchedSink } from "./replay-target.ts";

/** A database has added such a line up already, and would do so once more. */
const ADDED_UP =
  "its sums have these lines, and sent again they would count twice: restore the table record from a backup";

export interface RepairPorts {
  /** Opened for changes. */
  readonly letters: DeadLetterDatabase;
  readonly rules: DocumentRules;
  readonly clock: Clock;
  readonly random: Random;
  readonly stop: AbortSignal;
}

export class Repair {
  /** Lines that the destinations have now. */
  sent = 0;
  /** Lines that are dead letters now. */
  deadLetters = 0;
  /** By sink: why nothing more is sent to it. */
  readonly givenUp = new Map<string, string>();
  readonly #config: Config;
  readonly #ports: RepairPorts;
  readonly #sinks = new Map<string, WatchedSink>();

  constructor(config: Config, ports: RepairPorts) {
    this.#config = config;
    this.#ports = ports;
  }

  /** Sends lines of one file to the sink `name`. Rejects if dead letters cannot be written. */
  async send(name: string, { file, generation, lines }: MissingLines): Promise<void> {
    const sink = await this.#open(name);
    for (let next = 0; sink !== undefined && next < lines.length && !this.givenUp.has(name); )
      next = await this.#sendSome(name, sink, file, generation, lines, next);
  }

  async close(): Promise<void> {
    for (const sink of this.#sinks.values()) await sink.close();
  }

  async #open(name: string): Promise<WatchedSink | undefined> {
    const known = this.#sinks.get(name);
    if (known !== undefined || this.givenUp.has(name)) return known;
    const sink = await this.#sinkOf(name);
    if (sink === undefined || sink.progress !== undefined) {
      await sink?.close();
      this.givenUp.set(name, name === LOCAL_LANE ? `the embedded store: ${ADDED_UP}` : ADDED_UP);
      return undefined;
    }
    const watched = new WatchedSink(sink);
    this.#sinks.set(name, watched);
    return watched;
  }

  async #sinkOf(name: string): Promise<Sink | undefined> {
    const { clock } = this.#ports;
    if (name === BODIES_LANE) return planBodiesLane(this.#config, clock)?.sink;
    const settings = this.#config.sinks[name];
    return settings && (await createSink(name, settings, this.#config, clock));
  }

  /** Sends one payload of the lines from `start` on; returns where the next one starts. */
  async #sendSome(
    name: string,
    sink: WatchedSink,
    file: OpenFile,
    generation: Generation,
    lines: readonly FileLine[],
    start: number,
  ): Promise<number> {
    const builder = sink.payloadBuilder();
    const broken: BrokenLine[] = [];
    let next = start;
    for (; next < lines.length; next++) {
      const reader = await readerAt(file, generation, lines[next], this.#ports.rules);
      const result = reader?.read();
      if (result === "document" && reader !== undefined && !builder.add(reader.document)) break;
      if (typeof result === "object") broken.push(result);
    }
    const payload = builder.take();
    const count = (payload?.count ?? 0) + broken.length;
    const { clock, random, stop, letters: deadLetters } = this.#ports;
    const before = deadLetters.total({ sink: name });
    const { accepted, trouble } = await deliverPatiently(
      { generation, payload, broken },
      { name, sink, deadLetters, clock, random, stop },
    );
    const refused = deadLetters.total({ sink: name }) - before;
    this.sent += accepted.size;
    this.deadLetters += refused;
    if (accepted.size + refused < count) this.givenUp.set(name, trouble?.message ?? "interrupted");
    return next;
  }
}

/** A reader of the one line, as a lane would read it; undefined if it is gone, or too long to be held. */
async function readerAt(
  file: OpenFile,
  generation: Generation,
  line: FileLine | undefined,
  rules: DocumentRules,
): Promise<DocumentReader | undefined> {
  const content = line && (await readLineAt(file, line.offset));
  if (line === undefined || content === undefined) return undefined;
  const lastTimestamp = line.timestamp === "" ? undefined : line.timestamp;
  return readerOfLine(content, { generation, offset: line.offset, lastTimestamp }, rules);
}
