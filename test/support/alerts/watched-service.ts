/**
 * A memory service that writes, a store that takes in, and alerts that watch, minute by minute on a clock that is moved.
 *
 * The store, its questions and the rules are the real ones. A restart makes all of them anew from the files; a crash
 * takes the state as it was at the last look, while the store has what was committed since.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Notification } from "../../../src/alert/notification.ts";
import { newState } from "../../../src/alert/state-file.ts";
import { AlertWatch, type WatchState } from "../../../src/alert/watch.ts";
import type { Config } from "../../../src/config/load.ts";
import { storeQuestions } from "../../../src/daemon/alert-questions.ts";
import { openStore } from "../../../src/store/open.ts";
import type { StoreRow } from "../../../src/store/row.ts";
import type { Store } from "../../../src/store/store.ts";
import { silentLog } from "../../../src/system/log.ts";
import { laneFile, laneSnapshot } from "../../unit/alert/lanes.ts";
import { checkpoint } from "../../unit/store/sample-rows.ts";

export const MINUTE_MS = 60_000;

/** The store is asked every so many minutes, so that a month takes seconds. */
const MINUTES_PER_QUESTION = 5;

export class WatchedService {
  nowMs: number;
  readonly news: Notification[] = [];
  readonly #directory = mkdtempSync(join(tmpdir(), "alerts-"));
  readonly #config: Config;
  #written = 0;
  #delivered = 0;
  #waiting: StoreRow[] = [];
  #saved = "";
  #store: Store;
  #watch: AlertWatch;

  private constructor(config: Config, startMs: number) {
    this.#config = config;
    this.nowMs = startMs;
    this.#store = this.#openStore();
    this.#watch = this.#makeWatch(newState(startMs, true));
  }

  static async start(config: Config, startMs: number): Promise<WatchedService> {
    const service = new WatchedService(config, startMs);
    await service.#watch.begin();
    return service;
  }

  /** What each rule says that it does. */
  get states(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      Object.entries(this.#watch.saved().rules).map(([rule, { state }]) => [rule, state]),
    );
  }

  /** The service writes lines, which nobody has read yet. */
  write(rows: readonly StoreRow[]): void {
    for (const row of rows) this.#waiting.push(row);
    this.#written += rows.length;
  }

  /** The store takes in so many of the lines that wait. */
  deliver(count = this.#waiting.length): void {
    const rows = this.#waiting
      .splice(0, count)
      .map((row, index) => ({ ...row, offset: this.#delivered + index }));
    const startOffset = this.#delivered;
    this.#delivered += rows.length;
    if (rows.length > 0) this.#store.commit({ startOffset, end: checkpoint(this.#delivered), rows });
  }

  async look(): Promise<void> {
    await this.#watch.look((news) => this.news.push(...news));
    this.#saved = JSON.stringify(this.#watch.saved());
  }

  /** Ends in order and starts again. */
  async restart(): Promise<void> {
    this.#saved = JSON.stringify(this.#watch.saved());
    await this.crash();
  }

  /** Ends without a word and starts again. */
  async crash(): Promise<void> {
    this.#store.close();
    this.#store = this.#openStore();
    this.#watch = this.#makeWatch(JSON.parse(this.#saved) as WatchState);
    await this.#watch.begin();
  }

  close(): void {
    this.#store.close();
    rmSync(this.#directory, { recursive: true });
  }

  #openStore(): Store {
    const onRows = (rows: readonly StoreRow[]) => this.#watch.addRows(rows);
    const path = join(this.#directory, "store.db");
    return openStore(path, { keepsRecords: false, onRows, log: silentLog }).store;
  }

  #makeWatch(state: WatchState): AlertWatch {
    const { alerts } = this.#config;
    if (alerts === undefined) throw new Error("the configuration has no alerts");
    const observed = {
      lanes: () => [this.#lane()],
      folderProblem: () => undefined,
      storeLane: "local",
      store: storeQuestions(this.#store.database, () => this.#config, { sleep: async () => {} }),
      verifyResult: async () => undefined,
    };
    const clock = {
      nowMs: () => this.nowMs,
      monotonicMs: () => this.nowMs / MINUTES_PER_QUESTION,
      sleep: async () => {},
    };
    return new AlertWatch(alerts, state, observed, clock);
  }

  #lane() {
    const file = {
      ...laneFile(this.#delivered),
      sizeBytes: this.#written,
      lagBytes: this.#written - this.#delivered,
    };
    return laneSnapshot({ name: "local", type: "store", files: [file] });
  }
}
