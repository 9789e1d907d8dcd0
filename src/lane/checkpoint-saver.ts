/** Saves the checkpoints of a lane: now and then while it works, and whenever it is asked to. */
import type { CheckpointStore } from "../checkpoint/checkpoint-store.ts";
import type { Clock } from "../system/clock.ts";
import type { Log } from "../system/log.ts";
import type { Checkpoint } from "../tail/checkpoint.ts";

/** What is not saved is only sent again after a crash, so the disk is not asked more often. */
const PAUSE_MS = 500;

export class CheckpointSaver {
  readonly #sink: string;
  readonly #store: CheckpointStore;
  readonly #checkpoints: () => readonly Checkpoint[];
  readonly #clock: Clock;
  readonly #log: Log;
  #isDirty = false;
  #isFailing = false;
  #saving: Promise<boolean> | undefined;
  #lastSavedMs = Number.NEGATIVE_INFINITY;

  /** @param checkpoints the present ones */
  constructor(
    sink: string,
    store: CheckpointStore,
    checkpoints: () => readonly Checkpoint[],
    ports: { readonly clock: Clock; readonly log: Log },
  ) {
    this.#sink = sink;
    this.#store = store;
    this.#checkpoints = checkpoints;
    this.#clock = ports.clock;
    this.#log = ports.log;
  }

  /** A checkpoint moved. */
  moved(): void {
    this.#isDirty = true;
  }

  /** Saves in the background, if there is something to save and the last time is long enough ago. */
  saveSoon(): void {
    const nowMs = this.#clock.monotonicMs();
    if (!this.#isDirty || this.#saving !== undefined || nowMs - this.#lastSavedMs < PAUSE_MS) return;
    this.#lastSavedMs = nowMs;
    this.#saving = this.#save().finally(() => {
      this.#saving = undefined;
    });
  }

  /** Saves now; resolves true once all that was settled before the call is durable, else the log says why not. */
  async saveNow(): Promise<boolean> {
    await this.#saving;
    return this.#save();
  }

  async #save(): Promise<boolean> {
    this.#isDirty = false;
    try {
      await this.#store.save(this.#checkpoints());
      this.#isFailing = false;
      return true;
    } catch (error) {
      this.#isDirty = true;
      if (this.#isFailing) return false;
      this.#isFailing = true;
      const cause = error instanceof Error ? error.message : String(error);
      this.#log.error(
        { sink: this.#sink, cause },
        "checkpoints cannot be saved; after a restart lines may be sent again, under the same ids",
      );
      return false;
    }
  }
}
