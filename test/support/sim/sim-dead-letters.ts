/** Dead letters of a simulated run: durable once `add` resolves; the disk may be full for a while. */
import type { DeadLetter, DeadLetters } from "../../../src/lane/dead-letters.ts";
import type { Chance } from "./chance.ts";
import type { SimClock } from "./sim-clock.ts";
import { systemError } from "./sim-disk.ts";
import type { SimProcess } from "./sim-process.ts";

export class SimDeadLetters {
  readonly letters = new Map<string, DeadLetter>();
  readonly #clock: SimClock;
  readonly #chance: Chance;
  isFull = false;
  faults = 0;

  constructor(clock: SimClock, chance: Chance) {
    this.#clock = clock;
    this.#chance = chance;
  }

  of(process: SimProcess): DeadLetters {
    return {
      add: (letters) => process.unlessDead(this.#add(process, letters)),
      count: () => this.letters.size,
    };
  }

  async #add(process: SimProcess, letters: readonly DeadLetter[]): Promise<void> {
    await this.#clock.sleep(this.#chance.happens(0.3) ? this.#chance.between(1, 100) : 0);
    if (this.isFull) {
      this.faults++;
      throw systemError("ENOSPC");
    }
    // A transaction: at a crash all of it or nothing.
    if (process.isDead && this.#chance.happens(0.5)) return;
    for (const letter of letters) if (!this.letters.has(letter.id)) this.letters.set(letter.id, letter);
  }
}
