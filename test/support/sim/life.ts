/** One life of a lane's process in a simulated run: the real lane and the real folder on simulated ports. */

import { CheckpointFile } from "../../../src/checkpoint/checkpoint-file.ts";
import type { CheckpointStore } from "../../../src/checkpoint/checkpoint-store.ts";
import { Shutdown } from "../../../src/daemon/shutdown.ts";
import { Lane, type LaneGoal } from "../../../src/lane/lane.ts";
import { OPENSEARCH } from "../../../src/sinks/bulk/flavour.ts";
import { parseIndexName } from "../../../src/sinks/bulk/index-name.ts";
import { BulkSink } from "../../../src/sinks/bulk/sink.ts";
import type { DeliveryLimits, Sink } from "../../../src/sinks/sink.ts";
import type { Files } from "../../../src/system/files.ts";
import type { Log } from "../../../src/system/log.ts";
import type { Checkpoint } from "../../../src/tail/checkpoint.ts";
import { Folder } from "../../../src/tail/folder.ts";
import { documentRules } from "../document-rules.ts";
import { isAuditName } from "./audit-folder.ts";
import type { Chance } from "./chance.ts";
import { Violation } from "./oracle.ts";
import type { SimClock } from "./sim-clock.ts";
import type { SimDeadLetters } from "./sim-dead-letters.ts";
import { AUDIT_DIRECTORY, type SimDisk, STATE_DIRECTORY } from "./sim-disk.ts";
import { SimProcess } from "./sim-process.ts";
import type { SimServer } from "./sim-server.ts";

/** Planted bugs: each wraps a port of the lane. */
export interface Sabotage {
  readonly sink?: (sink: Sink) => Sink;
  readonly files?: (files: Files) => Files;
  readonly checkpoints?: (store: CheckpointStore) => CheckpointStore;
}

export interface LifePorts {
  readonly clock: SimClock;
  readonly chance: Chance;
  readonly disk: SimDisk;
  readonly server: SimServer;
  readonly deadLetters: SimDeadLetters;
  readonly limits: DeliveryLimits;
  readonly log: Log;
  readonly sabotage: Sabotage;
  /** Whether a stop delivers first what is there. */
  readonly drainsOnStop: boolean;
  /** What was durable at the start of a life. */
  readonly onLoaded: (checkpoints: readonly Checkpoint[]) => void;
  /** What is about to become durable. */
  readonly onSave: (checkpoints: readonly Checkpoint[]) => void;
}

const RULES = documentRules();
const INDEX = parseIndexName("mem0-audit-logs-{yyyy.MM.dd}");
const SHUTDOWN_TIMEOUT_MS = 20_000;

export class Life {
  readonly process = new SimProcess();
  readonly #ports: LifePorts;
  readonly #shutdown: Shutdown;
  readonly #offsets = new Map<string, number>();
  #lane: Lane | undefined;
  #folder: Folder | undefined;
  isOver = false;
  /** Why the lane ended by itself, which it must not. */
  defect: unknown;

  constructor(ports: LifePorts, goal: LaneGoal) {
    this.#ports = ports;
    const options = { timeoutMs: SHUTDOWN_TIMEOUT_MS, drainsFirst: ports.drainsOnStop };
    this.#shutdown = new Shutdown(goal, options, ports.clock.of(this.process));
    this.#run().catch((error: unknown) => {
      this.defect = error;
    });
  }

  notify(): void {
    this.#folder?.notify();
  }

  crash(): void {
    this.process.crash();
    this.isOver = true;
  }

  /** SIGTERM. */
  stop(): void {
    this.#shutdown.begin(async () => this.#folder?.sweep());
  }

  /** Bytes of complete lines without a fate, as the lane knows them. */
  get lagBytes(): number {
    return (this.#lane?.snapshot().files ?? []).reduce((sum, { lagBytes }) => sum + lagBytes, 0);
  }

  /** The books balance, at any moment. */
  check(): void {
    if (this.defect !== undefined) throw new Violation(`the lane ended with ${String(this.defect)}`);
    if (this.#lane === undefined || this.process.isDead) return;
    const { linesRead, fates, inFlightLines } = this.#lane.snapshot();
    const residual =
      linesRead - fates.stored - fates.duplicate - fates.deadLetter - fates.skipped - inFlightLines;
    if (residual !== 0 || inFlightLines < 0)
      throw new Violation(`the books do not balance: residual ${residual}, in flight ${inFlightLines}`);
  }

  get duplicates(): number {
    return this.#lane?.snapshot().fates.duplicate ?? 0;
  }

  async #run(): Promise<void> {
    const { clock, disk, log, chance, deadLetters, sabotage } = this.#ports;
    const { process } = this;
    const processClock = clock.of(process);
    const files = (sabotage.files ?? same)(disk.filesOf(process));
    const folder = new Folder(
      { directory: AUDIT_DIRECTORY, includes: isAuditName },
      files,
      processClock,
      log,
    );
    this.#folder = folder;
    const lane = await Lane.open(
      {
        name: "search",
        type: "opensearch",
        instance: "",
        backoff: { initialMs: 500, maxMs: 30_000 },
        rules: () => RULES,
      },
      {
        sink: (sabotage.sink ?? same)(this.#sink()),
        checkpoints: (sabotage.checkpoints ?? same)(this.#store(files)),
        deadLetters: deadLetters.of(process),
        ...{ folder, files, log, clock: processClock, random: chance.random },
      },
    );
    this.#lane = lane;
    await folder.sweep();
    const shutdown = this.#shutdown;
    const sweeping = folder.run(shutdown.halt);
    await lane.run(() => shutdown.goal, shutdown.halt, shutdown.abort);
    shutdown.end();
    await sweeping;
    this.isOver = true;
  }

  #sink(): Sink {
    const { server, clock, limits } = this.#ports;
    const settings = {
      limits,
      index: INDEX,
      dataStream: false,
      documentIds: true,
      template: undefined,
      compression: "none" as const,
      labels: { service: "mem0" },
      flavour: OPENSEARCH,
    };
    return new BulkSink(settings, server.transportOf(this.process), clock.of(this.process));
  }

  /** The real checkpoint files, watched. */
  #store(files: Files): CheckpointStore {
    const { log, onLoaded, onSave } = this.#ports;
    const store = new CheckpointFile(`${STATE_DIRECTORY}/search`, files, log);
    return {
      load: async () => {
        const checkpoints = await store.load();
        onLoaded(checkpoints);
        for (const { generation, offset } of checkpoints) this.#offsets.set(generation.id, offset);
        return checkpoints;
      },
      save: async (checkpoints) => {
        for (const { generation, offset } of checkpoints) {
          if (offset < (this.#offsets.get(generation.id) ?? 0))
            throw new Violation(`the checkpoint of ${generation.name} went back to ${offset}`);
          this.#offsets.set(generation.id, offset);
        }
        onSave(checkpoints);
        await store.save(checkpoints);
      },
    };
  }
}

function same<Value>(value: Value): Value {
  return value;
}
