/** A simulated run: a service that writes, an operator and a server that misbehave, a lane that must not care. */
import assert from "node:assert/strict";
import { inspect } from "node:util";
import type { Log } from "../../../src/system/log.ts";
import type { Checkpoint } from "../../../src/tail/checkpoint.ts";
import { AuditFolder } from "./audit-folder.ts";
import { Chance } from "./chance.ts";
import { History, TOKEN } from "./history.ts";
import { Life, type Sabotage } from "./life.ts";
import { Oracle, Violation } from "./oracle.ts";
import { SimClock } from "./sim-clock.ts";
import { SimDeadLetters } from "./sim-dead-letters.ts";
import { SimDisk } from "./sim-disk.ts";
import { SimServer } from "./sim-server.ts";

const START_MS = Date.UTC(2026, 3, 3, 12);
/** The last events are shown with a failure. */
const EVENTS_KEPT = Number(process.env["SIM_EVENTS"] ?? 60);

export class World {
  readonly chance: Chance;
  readonly clock = new SimClock(START_MS);
  readonly history = new History();
  readonly server: SimServer;
  readonly deadLetters: SimDeadLetters;
  readonly audit: AuditFolder;
  readonly disk: SimDisk;
  readonly oracle: Oracle;
  /** Share of changes in the folder of which the daemon is notified. */
  readonly notifiedShare: number;
  readonly events: string[] = [];
  readonly counts: Record<string, number> = {};
  /** Whether a stop delivers first what is there. Of the seed's parity, so that it shifts no other choice. */
  readonly drainsOnStop: boolean;
  readonly #limits: { recordsMax: number; bytesMax: number; waitMsMax: number; inFlightMax: number };
  readonly #sabotage: Sabotage;
  #life: Life | undefined;
  #loaded: readonly Checkpoint[] = [];
  #violation: unknown;

  constructor(seed: number, sabotage: Sabotage = {}) {
    const chance = new Chance(seed);
    this.chance = chance;
    this.drainsOnStop = seed % 2 === 1;
    this.#sabotage = sabotage;
    this.server = new SimServer(this.clock, chance, chance.happens(0.2) ? 4000 : 1_000_000);
    this.deadLetters = new SimDeadLetters(this.clock, chance);
    this.oracle = new Oracle(
      this.history,
      { indices: this.server.store.indices, letters: this.deadLetters.letters },
      () => this.server.bodyBytesMax,
    );
    this.audit = new AuditFolder(this.clock, this.history, (content, line) =>
      this.oracle.isSettled(content, line),
    );
    this.disk = new SimDisk(this.audit, this.clock, chance);
    if (chance.happens(0.4)) this.disk.readBytesMax = chance.between(10, 600);
    this.disk.slowShare = chance.of([0, 0, 0.02, 0.2]);
    this.notifiedShare = chance.of([0, 0.5, 1]);
    this.#limits = {
      recordsMax: chance.of([1, 3, 10, 50]),
      bytesMax: chance.of([600, 2000, 8000, 20_000]),
      waitMsMax: chance.of([0, 50, 200]),
      inFlightMax: chance.of([1, 2, 2, 4]),
    };
  }

  /** Notes what happened, for the message of a failure and for the totals. */
  note(what: string, detail = ""): void {
    this.counts[what] = (this.counts[what] ?? 0) + 1;
    this.#say(`${what} ${detail}`);
  }

  get isUp(): boolean {
    return this.#life !== undefined;
  }

  /** Starts the daemon. */
  start(goal: "run" | "drain" = "run"): Life {
    assert(this.#life === undefined);
    this.#say(`start ${goal}`);
    this.#life = new Life(
      {
        ...this,
        limits: this.#limits,
        sabotage: this.#sabotage,
        log: this.#log(),
        onLoaded: (checkpoints) => {
          this.#loaded = checkpoints;
          if (this.counts["lose_state"] === undefined)
            this.#guard(() => this.oracle.checkNumbers(checkpoints));
          this.noteWhatIsAhead();
        },
        onSave: (checkpoints) => {
          for (const checkpoint of checkpoints) this.#guard(() => this.oracle.checkCheckpoint(checkpoint));
        },
      },
      goal,
    );
    return this.#life;
  }

  crash(): void {
    assert(this.#life !== undefined);
    this.note("crash");
    this.#life.crash();
    this.disk.crash();
    this.#ended();
  }

  /** Stops the daemon in order, and waits until it has ended. */
  async stop(): Promise<void> {
    const life = this.#life;
    assert(life !== undefined);
    this.note("stop");
    life.stop();
    await this.until(() => life.isOver, 60_000, "the daemon ends after SIGTERM");
    if (this.drainsOnStop) this.note(life.lagBytes === 0 ? "stop_drained" : "stop_with_rest");
    if (this.drainsOnStop && this.server.isHealed && life.lagBytes > 0)
      throw new Violation("everything works, and yet a stop that delivers first left lines behind");
    this.#ended();
  }

  /** Waits for a daemon that ends by itself. */
  async drained(): Promise<void> {
    const life = this.#life;
    assert(life !== undefined);
    await this.until(() => life.isOver, 20 * 60_000, "the drain ends");
    this.#ended();
  }

  notify(): void {
    if (this.chance.happens(this.notifiedShare)) this.#life?.notify();
  }

  /** What the last life has delivered beyond what it had made durable. */
  noteWhatIsAhead(): void {
    for (const content of this.history.contents) {
      for (const { id } of this.history.identities(content)) {
        const durable = this.#loaded.find(({ generation }) => generation.id === id);
        const ahead = content.lines.some(
          ({ offset }) => offset >= (durable?.offset ?? 0) && this.#hasArrived(`${id}-${offset}`),
        );
        if (ahead) content.wasAheadAtCrash = true;
        if (ahead && durable === undefined) content.wasUnknownAtCrash = true;
      }
    }
  }

  /** True once every line that can arrive has arrived. */
  get isQuiet(): boolean {
    return this.history.contents.every(
      (content) =>
        content.names.size === 0 ||
        content.lines.every((line) => line.mayBeLost || this.oracle.isSettled(content, line)),
    );
  }

  /** Waits until `condition` holds; a violation if it does not in time. */
  async until(condition: () => boolean, timeoutMs: number, what: string): Promise<void> {
    const endMs = this.clock.monotonicMs() + timeoutMs;
    while (!condition()) {
      if (this.clock.monotonicMs() > endMs) throw new Violation(`waited ${timeoutMs} ms in vain: ${what}`);
      await this.clock.sleep(100);
    }
  }

  /** Drives the time until `script` is done; rejects with the first violation. */
  async drive(script: Promise<void>): Promise<void> {
    let isDone = false;
    script.then(
      () => {
        isDone = true;
      },
      (error: unknown) => {
        this.#violation ??= error;
      },
    );
    while (!isDone && this.#violation === undefined) {
      await this.clock.step();
      this.#guard(() => this.#life?.check());
    }
    if (this.#violation !== undefined) throw this.#violation;
  }

  #ended(): void {
    const life = this.#life;
    this.#life = undefined;
    if (life?.process.isDead === false && this.disk.openHandlesOf(life.process) > 0)
      throw new Violation("the daemon has ended in order, and left files open");
    this.counts["duplicates"] = (this.counts["duplicates"] ?? 0) + (life?.duplicates ?? 0);
    for (const content of this.history.contents) {
      for (const line of content.lines) {
        if (line.hangsOnHandle && !this.oracle.isSettled(content, line)) line.mayBeLost = true;
        line.hangsOnHandle = false;
      }
    }
  }

  #hasArrived(id: string): boolean {
    return (
      this.deadLetters.letters.has(id) ||
      [...this.server.store.indices.values()].some((index) => index.has(id))
    );
  }

  #guard(check: () => void): void {
    try {
      check();
    } catch (error) {
      this.#violation ??= error;
    }
  }

  #say(text: string): void {
    this.events.push(`${(this.clock.monotonicMs() / 1000).toFixed(3)} ${text}`);
    if (this.events.length > EVENTS_KEPT) this.events.shift();
  }

  #log(): Log {
    const say = (fields: unknown, message?: unknown): void => {
      const text = `  log: ${String(message)} ${inspect(fields, { breakLength: Number.POSITIVE_INFINITY, depth: 4 }).slice(0, 250)}`;
      if (TOKEN.test(text)) this.#violation ??= new Violation(`the log shows contents of a line: ${text}`);
      this.#say(text);
    };
    return { debug: say, info: say, warn: say, error: say } as Log;
  }
}
