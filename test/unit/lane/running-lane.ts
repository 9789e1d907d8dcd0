/** A lane on a real folder, with a scripted destination and a clock that the test moves. */
import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CheckpointStore } from "../../../src/checkpoint/checkpoint-store.ts";
import { Lane, type LaneGoal } from "../../../src/lane/lane.ts";
import type { DeliveryLimits } from "../../../src/sinks/sink.ts";
import { systemFiles } from "../../../src/system/files.ts";
import type { Checkpoint } from "../../../src/tail/checkpoint.ts";
import { Folder } from "../../../src/tail/folder.ts";
import { documentRules } from "../../support/document-rules.ts";
import { RecordingLog } from "../../support/recording-log.ts";
import { type Answer, MemoryDeadLetters, ScriptedSink } from "../../support/scripted-sink.ts";
import { rest, VirtualClock } from "../../support/virtual-clock.ts";

export const TODAY = "audit-2026-04-03.jsonl";
export const TOMORROW = "audit-2026-04-04.jsonl";

/** How long real work on files may take before a test gives up waiting. */
const PATIENCE_MS = 10_000;

/** Checkpoints in memory; every save is remembered. */
export class MemoryCheckpoints implements CheckpointStore {
  readonly saves: (readonly Checkpoint[])[] = [];
  failure: Error | undefined;

  async load(): Promise<readonly Checkpoint[]> {
    return this.saves.at(-1) ?? [];
  }

  async save(checkpoints: readonly Checkpoint[]): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    this.saves.push(checkpoints);
  }

  /** The offset of a file as last saved. */
  offset(name: string): number {
    const saved = this.saves.at(-1)?.findLast(({ generation }) => generation.name === name);
    return saved?.offset ?? 0;
  }
}

export class RunningLane {
  static readonly #directories: string[] = [];
  readonly directory = mkdtempSync(join(tmpdir(), "lane-"));
  readonly clock = new VirtualClock(Date.now());
  readonly recorded = new RecordingLog();
  readonly deadLetters = new MemoryDeadLetters();
  readonly checkpoints = new MemoryCheckpoints();
  readonly sink: ScriptedSink;
  stop = new AbortController();
  abort = new AbortController();
  running: Promise<void> = Promise.resolve();
  #folder: Folder | undefined;
  #lane: Lane | undefined;

  constructor(answer?: Answer, limits: Partial<DeliveryLimits> = {}) {
    this.sink = new ScriptedSink(answer, limits);
    mkdirSync(this.directory, { recursive: true });
    RunningLane.#directories.push(this.directory);
  }

  get lane(): Lane {
    if (this.#lane === undefined) throw new Error("the lane was not started");
    return this.#lane;
  }

  append(name: string, ...lines: readonly string[]): void {
    appendFileSync(join(this.directory, name), lines.map((line) => `${line}\n`).join(""));
  }

  /** Begins to run the lane, as a new process would: it knows the checkpoints only. */
  async start(goal: LaneGoal = "run"): Promise<void> {
    const { clock } = this;
    const { log } = this.recorded;
    const options = { directory: this.directory, includes: (name: string) => name.endsWith(".jsonl") };
    this.#folder = new Folder(options, systemFiles, clock, log);
    this.stop = new AbortController();
    this.abort = new AbortController();
    const rules = documentRules();
    this.#lane = await Lane.open(
      {
        name: "search",
        type: "scripted",
        instance: "",
        backoff: { initialMs: 500, maxMs: 30_000 },
        rules: () => rules,
      },
      {
        sink: this.sink,
        checkpoints: this.checkpoints,
        deadLetters: this.deadLetters,
        folder: this.#folder,
        files: systemFiles,
        clock,
        random: { next: () => 0.5 },
        log,
      },
    );
    await this.#folder.sweep();
    this.running = this.#lane.run(() => goal, this.stop.signal, this.abort.signal);
    // The test looks at it later: until then a rejection is nobody's fault.
    this.running.catch(() => undefined);
  }

  /** Lets the folder be swept now. */
  async sweep(): Promise<void> {
    await this.#folder?.sweep();
  }

  /** Waits for `condition`, whatever time that takes. */
  async until(condition: () => boolean, what: string): Promise<void> {
    await this.clock.runUntil(condition, what);
  }

  /** Waits for `condition` without the clock moving; false if it does not come. */
  async now(condition: () => boolean): Promise<boolean> {
    const deadlineMs = performance.now() + PATIENCE_MS;
    while (!condition() && performance.now() < deadlineMs) await rest();
    return condition();
  }

  /** Runs until everything that is there has its fate. */
  async drain(): Promise<void> {
    await this.start("drain");
    await this.clock.runWhile(this.running, "the drain");
  }

  async end(): Promise<void> {
    this.stop.abort();
    this.abort.abort();
    await this.clock.runWhile(this.running, "the end").catch(() => undefined);
    // Also of those that were made and never started.
    for (const directory of RunningLane.#directories.splice(0))
      rmSync(directory, { recursive: true, force: true });
  }
}
