/**
 * One sink's way through the data: tail → document → batch → sink → settled → checkpoint.
 *
 * The audit files are the queue. Each lane reads them with its own checkpoints, so a slow or dead sink delays
 * nobody else, and nothing is held beyond the batches in flight.
 */
import type { Batch } from "../batch/batch.ts";
import type { CheckpointStore } from "../checkpoint/checkpoint-store.ts";
import { Ledger } from "../checkpoint/ledger.ts";
import type { DocumentRules } from "../document/read.ts";
import type { Sink } from "../sinks/sink.ts";
import { type Clock, WOKEN } from "../system/clock.ts";
import type { Files } from "../system/files.ts";
import type { Log } from "../system/log.ts";
import type { Random } from "../system/random.ts";
import type { Block, OverlongLine } from "../tail/block.ts";
import { beginningOf } from "../tail/checkpoint.ts";
import type { Folder } from "../tail/folder.ts";
import type { Generation } from "../tail/generation.ts";
import { Tail } from "../tail/tail.ts";
import { Assembler } from "./assembler.ts";
import type { BackoffOptions } from "./backoff.ts";
import { CheckpointSaver } from "./checkpoint-saver.ts";
import { LaneCounters } from "./counters.ts";
import type { DeadLetters } from "./dead-letters.ts";
import { Gate } from "./gate.ts";
import { Settler } from "./settle.ts";
import type { LaneSnapshot } from "./snapshot.ts";
import { Trouble } from "./trouble.ts";

export interface LaneOptions {
  readonly name: string;
  /** The kind of its sink. */
  readonly type: string;
  readonly instance: string;
  readonly backoff: BackoffOptions;
  /** Asked for each block, so that redaction and prices can be replaced while the daemon runs. */
  readonly rules: () => DocumentRules;
}

export interface LanePorts {
  readonly sink: Sink;
  /** Where the checkpoints are kept, unless the sink commits them itself. */
  readonly checkpoints: CheckpointStore;
  readonly deadLetters: DeadLetters;
  readonly folder: Folder;
  readonly files: Files;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** When a lane ends by itself: never, or once every complete line that is there has its fate. */
export type LaneGoal = "run" | "drain";

/** So many batches may be settled ahead of one that is not: after a crash all of them are read and sent again. */
const BATCHES_AHEAD_MAX = 64;

const IDLE_MS = 1000;
const SAVE_RETRY_MS = 1000;

interface InFlight {
  readonly batch: Batch;
  readonly seenAtMs: number;
  readonly done: Promise<void>;
}

export class Lane {
  readonly #options: LaneOptions;
  readonly #ports: LanePorts;
  readonly #saver: CheckpointSaver;
  readonly #tail: Tail;
  readonly #ledger: Ledger;
  readonly #assembler: Assembler;
  readonly #gate: Gate;
  readonly #trouble: Trouble;
  readonly #counters = new LaneCounters();
  readonly #inFlight = new Set<InFlight>();
  /** Generations with a number above 0 that are known to be durable. */
  readonly #remembered: Set<string>;
  #overlong: OverlongLine | undefined;
  #lastSentMs = Number.NEGATIVE_INFINITY;
  #assemblingSinceMs: number | undefined;
  /** When the oldest line was first seen that a stop left without a fate. */
  #leftSinceMs = Number.POSITIVE_INFINITY;
  #wake = new AbortController();
  #isStopped = false;
  /** Aborts with the defect as its reason. */
  readonly #defect = new AbortController();

  /** Loads the checkpoints and makes the lane; `run` starts it. */
  static async open(options: LaneOptions, ports: LanePorts): Promise<Lane> {
    const store = ports.sink.progress ?? ports.checkpoints;
    return new Lane(options, ports, store, await store.load());
  }

  private constructor(
    options: LaneOptions,
    ports: LanePorts,
    store: CheckpointStore,
    checkpoints: Awaited<ReturnType<CheckpointStore["load"]>>,
  ) {
    const { name, backoff, instance, rules } = options;
    const { clock, random, log, sink } = ports;
    this.#options = options;
    this.#ports = ports;
    this.#tail = new Tail(instance, checkpoints, ports);
    this.#ledger = new Ledger(checkpoints);
    this.#remembered = new Set(checkpoints.map(({ generation }) => generation.id));
    this.#assembler = new Assembler(sink.payloadBuilder(), rules, checkpoints);
    this.#gate = new Gate(backoff, clock, random);
    this.#trouble = new Trouble(name, clock, log);
    const present = () => this.#ledger.checkpoints().map((checkpoint) => this.#tail.refreshed(checkpoint));
    this.#saver = new CheckpointSaver(name, store, present, ports);
  }

  /**
   * Works until `stop` aborts, or with the goal `drain` until nothing is left. Then it lets what is in flight
   * end, unless `abort` aborts, and saves the checkpoints. Rejects only for a defect of the program.
   *
   * @param goal asked again and again, so that it can change
   */
  async run(goal: () => LaneGoal, stop: AbortSignal, abort: AbortSignal): Promise<void> {
    const defect = this.#defect.signal;
    const halt = AbortSignal.any([stop, defect]);
    const settler = this.#settler(halt, AbortSignal.any([abort, defect]));
    const forgetFolder = this.#ports.folder.onChange(() => this.#wake.abort(WOKEN));
    halt.addEventListener("abort", () => this.#wake.abort(WOKEN), { once: true });
    let goalBefore = goal();
    try {
      while (!halt.aborted) {
        this.#saver.saveSoon();
        if (!this.#hasRoom) await this.#tail.look();
        const goalNow = goal();
        // Who drains on being stopped has no time for a long wait.
        if (goalNow !== goalBefore) this.#gate.hurry();
        goalBefore = goalNow;
        const batch = this.#hasRoom ? await this.#assemble(goalNow) : undefined;
        if (batch !== undefined && (await this.#isRemembered(batch.generation, halt)))
          this.#send(batch, settler);
        else if (goalNow === "drain" && this.#isDrained) break;
        else await this.#sleep();
      }
      await Promise.all([...this.#inFlight].map(({ done }) => done));
      await this.#saver.saveNow();
      if (defect.aborted) throw defect.reason;
    } finally {
      this.#isStopped = true;
      forgetFolder();
      await this.#tail.close();
    }
  }

  /** What the lane shows of itself. */
  snapshot(): LaneSnapshot {
    return {
      name: this.#options.name,
      type: this.#options.type,
      state: this.#state(),
      files: this.#tail.files().map((file) => {
        const deliveredOffset = this.#ledger.settledOffset(file.generationId);
        const { name, sizeBytes, partialBytes } = file;
        return {
          name,
          sizeBytes,
          deliveredOffset,
          lagBytes: Math.max(0, sizeBytes - partialBytes - deliveredOffset),
          partialBytes,
        };
      }),
      oldestUnackedSeconds: this.#oldestUnackedSeconds(),
      deadLetters: this.#ports.deadLetters.count(this.#options.name),
      lastError: this.#trouble.message,
      ...this.#counters.snapshot(),
    };
  }

  #settler(stop: AbortSignal, abort: AbortSignal): Settler {
    const { sink, deadLetters, clock, log } = this.#ports;
    return new Settler({
      name: this.#options.name,
      gate: this.#gate,
      counters: this.#counters,
      trouble: this.#trouble,
      ...{ sink, deadLetters, clock, log, stop, abort },
    });
  }

  get #hasRoom(): boolean {
    const { inFlightMax } = this.#ports.sink.limits;
    return this.#inFlight.size < inFlightMax && this.#ledger.heldBack < BATCHES_AHEAD_MAX;
  }

  get #isDrained(): boolean {
    return this.#inFlight.size === 0 && this.#assembler.isEmpty && !this.#tail.hasUnread;
  }

  #state(): LaneSnapshot["state"] {
    if (this.#isStopped) return "stopped";
    return this.#trouble.state ?? (this.#inFlight.size > 0 || this.#tail.hasUnread ? "delivering" : "idle");
  }

  #oldestUnackedSeconds(): number {
    const seen = [...this.#inFlight].map(({ seenAtMs }) => seenAtMs);
    if (this.#assemblingSinceMs !== undefined) seen.push(this.#assemblingSinceMs);
    const oldestMs = Math.min(this.#leftSinceMs, ...seen);
    return oldestMs < Number.POSITIVE_INFINITY ? (this.#ports.clock.monotonicMs() - oldestMs) / 1000 : 0;
  }

  /** Reads until a batch should go; undefined if there is nothing to send yet. */
  async #assemble(goal: LaneGoal): Promise<Batch | undefined> {
    const assembler = this.#assembler;
    for (;;) {
      assembler.fill();
      if (assembler.isFull || assembler.hasLines) return assembler.take();
      const next = this.#overlong ?? (await this.#tail.next());
      this.#overlong = undefined;
      if (next === undefined) break;
      this.#begin(next);
      if (next.kind === "lines") assembler.addBlock(next);
      else if (assembler.accepts(next.generation)) assembler.addOverlong(next);
      else this.#overlong = next;
      this.#assemblingSinceMs ??= this.#ports.clock.monotonicMs();
      if (this.#overlong !== undefined) return assembler.take();
    }
    const isDue = goal === "drain" || this.#ports.clock.monotonicMs() >= this.#dueMs;
    return isDue ? assembler.take() : undefined;
  }

  /** When a batch that is not full goes: at once on a quiet lane, on a busy one not before it could have filled. */
  get #dueMs(): number {
    return this.#lastSentMs + this.#ports.sink.limits.waitMsMax;
  }

  /** Notes a generation that is read for the first time. */
  #begin({ generation }: Block | OverlongLine): void {
    if (this.#ledger.has(generation.id)) return;
    this.#ledger.begin(beginningOf(generation));
  }

  /**
   * A number above 0 is known to the state folder alone, so it must be durable before a line goes out under it:
   * a later content of the file could get the same ids. Resolves false if `halt` aborts before.
   */
  async #isRemembered({ id, number }: Generation, halt: AbortSignal): Promise<boolean> {
    if (number === 0 || this.#remembered.has(id)) return true;
    while (!(await this.#saver.saveNow())) {
      await this.#ports.clock.sleep(SAVE_RETRY_MS, halt);
      if (halt.aborted) return false;
    }
    this.#remembered.add(id);
    return true;
  }

  #send(assembled: Batch, settler: Settler): void {
    // A sink that keeps the checkpoint itself must know, too, where the file is by now.
    const batch = { ...assembled, end: this.#tail.refreshed(assembled.end) };
    this.#ledger.open(batch);
    this.#counters.read(batch.lines);
    const { clock } = this.#ports;
    const seenAtMs = this.#assemblingSinceMs ?? clock.monotonicMs();
    this.#lastSentMs = clock.monotonicMs();
    this.#assemblingSinceMs = this.#assembler.hasLines ? this.#lastSentMs : undefined;
    const entry: InFlight = {
      batch,
      seenAtMs,
      done: this.#settle(batch, settler).then((isSettled) => this.#ended(entry, isSettled)),
    };
    this.#inFlight.add(entry);
  }

  async #settle(batch: Batch, settler: Settler): Promise<boolean> {
    try {
      const isSettled = await settler.settle(batch);
      if (isSettled && this.#ledger.settle(batch)) this.#saver.moved();
      batch.payload?.release?.();
      return isSettled;
    } catch (error) {
      this.#defect.abort(error);
      return false;
    }
  }

  #ended(entry: InFlight, isSettled: boolean): void {
    this.#inFlight.delete(entry);
    if (!isSettled) this.#leftSinceMs = Math.min(this.#leftSinceMs, entry.seenAtMs);
    this.#wake.abort(WOKEN);
  }

  /** Sleeps until something happens: a batch ended, the folder changed, a batch is due. */
  async #sleep(): Promise<void> {
    const { clock } = this.#ports;
    const untilDueMs =
      this.#assembler.isEmpty || !this.#hasRoom ? IDLE_MS : this.#dueMs - clock.monotonicMs();
    await clock.sleep(Math.max(0, Math.min(IDLE_MS, untilDueMs)), this.#wake.signal);
    if (this.#wake.signal.aborted) this.#wake = new AbortController();
  }
}
