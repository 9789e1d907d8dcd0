/** The daemon: all lanes over one audit folder, started together, reloaded, and stopped in order. */
import { budgetsOf } from "../config/budgets.ts";
import type { Config } from "../config/load.ts";
import { UnpricedModels } from "../cost/unpriced-models.ts";
import type { DocumentRules } from "../document/read.ts";
import { type DeadLetterDatabase, openDeadLetters } from "../lane/dead-letter-database.ts";
import { Lane, type LaneGoal } from "../lane/lane.ts";
import type { LaneSnapshot } from "../lane/snapshot.ts";
import type { Sink } from "../sinks/sink.ts";
import { openStore } from "../store/open.ts";
import type { StoreRow } from "../store/row.ts";
import type { Store } from "../store/store.ts";
import type { Clock } from "../system/clock.ts";
import type { Files } from "../system/files.ts";
import { globToRegExp } from "../system/glob.ts";
import type { Lock } from "../system/lock.ts";
import type { Log } from "../system/log.ts";
import type { Random } from "../system/random.ts";
import { Folder } from "../tail/folder.ts";
import type { Notifier } from "../tail/notifier.ts";
import { StoreUsage } from "../usage/store-source.ts";
import { planBodiesLane } from "./bodies.ts";
import { keepBodyRetention } from "./body-retention.ts";
import { BudgetBoard, type BudgetRules } from "./budget-board.ts";
import { CopiedCheckpoints } from "./copied-checkpoints.ts";
import {
  createSink,
  examineTls,
  keepsRecords,
  LOCAL_LANE,
  type PlannedLane,
  planLocalLane,
  planSinkLanes,
} from "./lane-plan.ts";
import type { ReloadableSink } from "./reloadable-sink.ts";
import { documentRules, warnAboutAssumedModels, warnAboutEstimates, withWarnings } from "./rules.ts";
import { Shutdown } from "./shutdown.ts";
import type { StateFolder } from "./state-folder.ts";
import { type DaemonView, type Readiness, readiness, type UsageCounters } from "./status-report.ts";
import { UsageTally } from "./usage-tally.ts";

export interface DaemonPorts {
  readonly files: Files;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly notifier: Notifier;
}

export type DaemonStart =
  | { readonly outcome: "open"; readonly daemon: Daemon }
  /** Another daemon has the state folder. */
  | { readonly outcome: "locked"; readonly holder: string };

export class Daemon implements DaemonView {
  readonly version: string;
  readonly startedAtMs: number;
  /** How the budgets stand; undefined if the embedded store is off. */
  readonly budgets: BudgetBoard | undefined;
  readonly #ports: DaemonPorts;
  readonly #lock: Lock;
  readonly #folder: Folder;
  readonly #deadLetters: DeadLetterDatabase;
  readonly #store: Store | undefined;
  readonly #tally = new UsageTally();
  readonly #unpriced = new UnpricedModels();
  readonly #sinks = new Map<string, ReloadableSink>();
  readonly #lanes: Lane[] = [];
  #planned: PlannedLane[] = [];
  #config: Config;
  #rules: DocumentRules;
  #onRows: ((rows: readonly StoreRow[]) => void) | undefined;

  /** Takes the state folder and makes everything ready; `run` starts it. Rejects if the state folder is unusable. */
  static async open(
    config: Config,
    state: StateFolder,
    version: string,
    ports: DaemonPorts,
  ): Promise<DaemonStart> {
    await state.make(ports.files);
    const lock = state.lock(ports.clock);
    if (!lock.held) return { outcome: "locked", holder: lock.holder ?? "another daemon" };
    try {
      const daemon = new Daemon(config, state, version, lock, ports);
      await daemon.#openLanes(state);
      return { outcome: "open", daemon };
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  private constructor(config: Config, state: StateFolder, version: string, lock: Lock, ports: DaemonPorts) {
    const { log, clock, files } = ports;
    this.version = version;
    this.startedAtMs = clock.nowMs();
    this.#ports = ports;
    this.#lock = lock;
    this.#config = config;
    this.#rules = documentRules(config);
    const included = globToRegExp(config.source.include);
    const { directory } = config.source;
    this.#folder = new Folder(
      { directory, includes: (name) => included.test(name) },
      files,
      clock,
      log,
      ports.notifier,
    );
    this.#deadLetters = openDeadLetters(state.deadLetters, log);
    if (!config.store.enabled) return;
    const onUsage: UsageTally["add"] = (deltas) => this.#tally.add(deltas);
    const onRows = (rows: readonly StoreRow[]) => this.#onRows?.(rows);
    this.#store = openStore(state.store, { keepsRecords: keepsRecords(config), onUsage, onRows, log }).store;
    this.budgets = new BudgetBoard(new StoreUsage(this.#store.database), budgetRules(config), ports);
  }

  /**
   * Delivers until `stop` aborts, or with the goal `drain` until nothing is left. What is in flight then, and
   * with `drain_on_stop` all that is there, may end within `shutdown_timeout`. Rejects only for a defect of the program.
   */
  async run(goal: LaneGoal, stop: AbortSignal): Promise<void> {
    const { clock, log } = this.#ports;
    warnAboutAssumedModels(this.#config, log);
    warnAboutEstimates(this.#config, log);
    await this.#folder.sweep();
    const { shutdown_timeout: timeoutMs, drain_on_stop: drainsFirst } = this.#config;
    const shutdown = new Shutdown(goal, { timeoutMs, drainsFirst }, clock);
    const onStop = () => shutdown.begin(() => this.#folder.sweep());
    if (stop.aborted) onStop();
    stop.addEventListener("abort", onStop, { once: true });
    const sweeping = this.#folder.run(shutdown.halt);
    const expiring = keepBodyRetention(this.#config, shutdown.halt, this.#ports);
    const runLane = async (lane: Lane) => {
      try {
        await lane.run(() => shutdown.goal, shutdown.halt, shutdown.abort);
      } catch (defect) {
        shutdown.end();
        throw defect;
      }
    };
    const ends = await Promise.allSettled(this.#lanes.map(runLane));
    stop.removeEventListener("abort", onStop);
    shutdown.end();
    await sweeping;
    await expiring;
    for (const end of ends) if (end.status === "rejected") throw end.reason;
  }

  /**
   * Takes over prices, budgets, redaction and secrets of `config`; everything else needs a restart. Rejects, having
   * changed nothing, if a sink cannot be made or a file of its `tls` is of no use.
   */
  async reload(config: Config): Promise<void> {
    // Bodies go where they went at the start, and so do references.
    const rules = documentRules({ ...config, bodies: this.#config.bodies });
    await examineTls(config);
    const sinks = new Map<string, Sink>();
    for (const [name, settings] of Object.entries(config.sinks)) {
      const running = this.#planned.find((lane) => lane.name === name);
      // A sink of another type cannot take the payloads of this one.
      if (running?.type !== settings.type) continue;
      sinks.set(name, await createSink(name, settings, config, this.#ports.clock));
    }
    this.#rules = rules;
    this.budgets?.replaceRules(budgetRules(config));
    this.#config = { ...this.#config, http: config.http };
    for (const [name, sink] of sinks) await this.#sinks.get(name)?.replace(sink);
  }

  /** The HTTP token in force. */
  get token(): string | undefined {
    return this.#config.http.token;
  }

  /** The embedded store, for questions; undefined if it is off. */
  get store(): Store | undefined {
    return this.#store;
  }

  /** Tells `listener`, and nobody else, of every row that the embedded store takes in from now on. */
  watchRows(listener: ((rows: readonly StoreRow[]) => void) | undefined): void {
    this.#onRows = listener;
  }

  /** Why the audit folder cannot be read; undefined if it can. */
  get folderProblem(): string | undefined {
    return this.#folder.problem;
  }

  lanes(): readonly LaneSnapshot[] {
    this.#deadLetters.refresh();
    return this.#lanes.map((lane) => lane.snapshot());
  }

  readiness(): Readiness {
    return readiness(this.lanes(), this.#config.ready_lag);
  }

  usage(): UsageCounters | undefined {
    return this.#store && this.#tally.counters();
  }

  /** Closes sinks and databases and frees the state folder. */
  async close(): Promise<void> {
    for (const { sink } of this.#planned) await sink.close();
    this.#deadLetters.close();
    this.#lock.release();
  }

  async #openLanes(state: StateFolder): Promise<void> {
    const { files, clock, log } = this.#ports;
    const sinkLanes = await planSinkLanes(this.#config, clock, (name, committed) => {
      return new CopiedCheckpoints({ name, committed, copy: state.checkpoints(name, files, log), log });
    });
    for (const { name, sink } of sinkLanes) this.#sinks.set(name, sink);
    const bodiesLane = planBodiesLane(this.#config, clock);
    this.#planned = [
      ...(this.#store === undefined ? [] : [planLocalLane(this.#store)]),
      ...sinkLanes,
      ...(bodiesLane === undefined ? [] : [bodiesLane]),
    ];
    for (const { name, type, sink, backoff } of this.#planned) {
      const warns = name === (this.#planned[0]?.name ?? LOCAL_LANE);
      this.#lanes.push(
        await Lane.open(
          { name, type, backoff, instance: this.#config.instance, rules: this.#rulesFor(warns) },
          {
            ...this.#ports,
            sink,
            folder: this.#folder,
            deadLetters: this.#deadLetters,
            checkpoints: state.checkpoints(name, files, log),
          },
        ),
      );
    }
  }

  /** Every lane reads every record; only the first warns about those without a price. */
  #rulesFor(warns: boolean): () => DocumentRules {
    if (!warns) return () => this.#rules;
    let made: { readonly from: DocumentRules; readonly rules: DocumentRules } | undefined;
    return () => {
      if (made?.from !== this.#rules)
        made = { from: this.#rules, rules: withWarnings(this.#rules, this.#unpriced, this.#ports) };
      return made.rules;
    };
  }
}

function budgetRules(config: Config): BudgetRules {
  return { budgets: budgetsOf(config), zone: config.time_zone };
}
