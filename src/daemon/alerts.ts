/**
 * Alerts over a running daemon: looks every few seconds, tells the channels, remembers. Delivery of lines knows
 * nothing of it and waits for nothing here.
 */
import { Delivery, type DeliveryCounts } from "../alert/delivery.ts";
import type { Notification } from "../alert/notification.ts";
import { openChannel } from "../alert/open-channel.ts";
import { type AlertsReport, alertsReport } from "../alert/report.ts";
import type { AlertSettings } from "../alert/settings.ts";
import { type AlertState, newState, readAlertState, writeAlertState } from "../alert/state-file.ts";
import { AlertWatch } from "../alert/watch.ts";
import type { Config } from "../config/load.ts";
import type { Clock } from "../system/clock.ts";
import type { Files } from "../system/files.ts";
import type { Log } from "../system/log.ts";
import type { Random } from "../system/random.ts";
import { readVerifyResult } from "../verify/result-file.ts";
import { storeQuestions } from "./alert-questions.ts";
import { alertSender } from "./alert-sender.ts";
import type { Daemon } from "./daemon.ts";
import { LOCAL_LANE } from "./lane-plan.ts";
import type { StateFolder } from "./state-folder.ts";

const LOOK_EVERY_MS = 15_000;
/** What does not change is written so seldom: each write is synced to the disk. */
const WRITE_EVERY_MS = 60_000;

export interface AlertPorts {
  readonly files: Files;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** What of the daemon is watched. */
export type WatchedDaemon = Pick<Daemon, "lanes" | "store" | "folderProblem" | "watchRows">;

/** Alerts, as those who report on them see them. */
export interface AlertsView {
  report(): AlertsReport;
  /** Attempts since the start, by channel. */
  deliveries(): ReadonlyMap<string, DeliveryCounts>;
}

export class Alerts implements AlertsView {
  readonly #daemon: WatchedDaemon;
  readonly #path: { readonly alerts: string; readonly verify: string };
  readonly #ports: AlertPorts;
  readonly #ended = new AbortController();
  readonly #loops = new Set<Promise<void>>();
  readonly #deliveries = new Map<string, { readonly delivery: Delivery; readonly stop: AbortController }>();
  #config: Config;
  #watch: AlertWatch | undefined;
  #wake = new AbortController();
  #lastSave: Promise<void> = Promise.resolve();
  #isFailing = { save: false, look: false };
  #written = { content: "", atMs: Number.NEGATIVE_INFINITY };
  #leftOut = 0;

  /** Begins to watch, if the configuration says so. To be called before the lanes start; `run` looks. Never rejects. */
  static async open(
    config: Config,
    daemon: WatchedDaemon,
    state: StateFolder,
    ports: AlertPorts,
  ): Promise<Alerts> {
    const alerts = new Alerts(config, daemon, state, ports);
    await alerts.reload(config);
    return alerts;
  }

  private constructor(config: Config, daemon: WatchedDaemon, state: StateFolder, ports: AlertPorts) {
    this.#config = config;
    this.#daemon = daemon;
    this.#path = { alerts: state.alerts, verify: state.verified };
    this.#ports = ports;
  }

  /** Looks until `signal` aborts, and remembers what there is then. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#ports;
    const onStop = () => this.#wake.abort();
    signal.addEventListener("abort", onStop, { once: true });
    while (!signal.aborted) {
      await this.#look();
      if (!signal.aborted) await clock.sleep(LOOK_EVERY_MS, this.#wake.signal);
      if (this.#wake.signal.aborted) this.#wake = new AbortController();
    }
    signal.removeEventListener("abort", onStop);
    this.#ended.abort();
    await Promise.all(this.#loops);
    await this.#save();
  }

  /** Takes over rules and channels, prices and budgets. Never rejects. */
  async reload(config: Config): Promise<void> {
    this.#config = config;
    const { alerts } = config;
    if (alerts === undefined) {
      await this.#save();
      this.#daemon.watchRows(undefined);
      this.#watch = undefined;
      this.#replaceChannels({}, {});
      return;
    }
    if (this.#watch === undefined) await this.#begin(alerts);
    else {
      this.#watch.replaceSettings(alerts);
      this.#replaceChannels(alerts.channels, {});
    }
    this.#wake.abort();
  }

  report(): AlertsReport {
    return alertsReport(this.#state(), alertSender(this.#config));
  }

  deliveries(): ReadonlyMap<string, DeliveryCounts> {
    return new Map([...this.#deliveries].map(([name, { delivery }]) => [name, delivery.counts]));
  }

  async #begin(settings: AlertSettings): Promise<void> {
    const { clock, files } = this.#ports;
    const state = await this.#readState();
    const { store } = this.#daemon;
    const daemon = this.#daemon;
    const watch = new AlertWatch(
      settings,
      state,
      {
        lanes: () => daemon.lanes(),
        folderProblem: () => daemon.folderProblem,
        storeLane: LOCAL_LANE,
        store: store && storeQuestions(store.database, () => this.#config, clock),
        verifyResult: () => readVerifyResult(this.#path.verify, files),
      },
      clock,
    );
    await this.#attempt("look", () => watch.begin());
    daemon.watchRows((rows) => watch.addRows(rows));
    this.#watch = watch;
    this.#replaceChannels(settings.channels, state.waiting);
  }

  async #readState(): Promise<AlertState> {
    const { files, clock, log } = this.#ports;
    const read = await readAlertState(this.#path.alerts, files);
    if (typeof read === "object") return read;
    if (read === "damaged")
      log.warn(
        { path: this.#path.alerts },
        "what the alerts remembered cannot be read: watching begins anew, and budgets that are spent already are not told",
      );
    // A store without a file is filled from the oldest line on: what that brings about is no news.
    const isReplay = read === "damaged" || this.#daemon.store?.checkpoints().length === 0;
    return newState(clock.nowMs(), isReplay);
  }

  async #look(): Promise<void> {
    const watch = this.#watch;
    if (watch === undefined) return;
    const news: Notification[] = [];
    await this.#attempt("look", () => watch.look((more) => news.push(...more)));
    for (const { delivery } of this.#deliveries.values()) delivery.queue(news);
    if (watch.leftOut > this.#leftOut)
      this.#ports.log.warn(
        { count: watch.leftOut - this.#leftOut },
        "too many alerts at once: some are left out",
      );
    this.#leftOut = watch.leftOut;
    await this.#save();
    for (const { delivery } of this.#deliveries.values()) delivery.wake();
  }

  /** Channels that are gone are told nothing any more; those that stay keep what they still have to tell. */
  #replaceChannels(channels: AlertSettings["channels"], waiting: AlertState["waiting"]): void {
    for (const [name, { stop }] of this.#deliveries) {
      if (Object.hasOwn(channels, name)) continue;
      stop.abort();
      this.#deliveries.delete(name);
    }
    for (const [name, options] of Object.entries(channels)) {
      const channel = openChannel(options, alertSender(this.#config), this.#ports);
      const known = this.#deliveries.get(name);
      if (known !== undefined) {
        known.delivery.replace(channel);
        continue;
      }
      const stop = new AbortController();
      const onTold = () => this.#save();
      const delivery = new Delivery(name, channel, waiting[name]?.news ?? [], { ...this.#ports, onTold });
      this.#deliveries.set(name, { delivery, stop });
      const loop = delivery.run(AbortSignal.any([this.#ended.signal, stop.signal]));
      this.#loops.add(loop);
      void loop.then(() => this.#loops.delete(loop));
    }
  }

  #state(): AlertState | undefined {
    if (this.#watch === undefined) return undefined;
    const waiting = [...this.#deliveries].map(([name, { delivery }]) => {
      return [name, { news: delivery.waiting(), problem: delivery.problem ?? null }] as const;
    });
    return { ...this.#watch.saved(), waiting: Object.fromEntries(waiting) };
  }

  /** Writes one after the other, each what there is when its turn comes. */
  #save(): Promise<void> {
    this.#lastSave = this.#lastSave.then(async () => {
      const state = this.#state();
      if (state === undefined) return;
      const now = {
        content: JSON.stringify({ ...state, saved_ms: 0 }),
        atMs: this.#ports.clock.monotonicMs(),
      };
      if (now.content === this.#written.content && now.atMs - this.#written.atMs < WRITE_EVERY_MS) return;
      await this.#attempt("save", async () => {
        await writeAlertState(this.#path.alerts, state, this.#ports.files);
        this.#written = now;
      });
    });
    return this.#lastSave;
  }

  /** Watching is never in the way: what goes wrong is one warning, and tried again the next time. */
  async #attempt(what: "look" | "save", work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.#isFailing = { ...this.#isFailing, [what]: false };
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      const text =
        what === "look" ? "alerts cannot look at everything" : "what alerts remember cannot be written";
      if (!this.#isFailing[what]) this.#ports.log.warn({ cause }, `${text}; delivery goes on`);
      this.#isFailing = { ...this.#isFailing, [what]: true };
    }
  }
}
