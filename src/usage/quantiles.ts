/** Quantiles of many amounts in little memory: counts per step, each 1 % above the one before. */

const STEP = 1.01;
const LOG_STEP = Math.log(STEP);

/** Amounts that are counted by size: integers, not negative. Up to 2^63 that is at most 4400 counts. */
export class Quantiles {
  readonly #counts = new Map<number, number>();
  #count = 0;

  add(amount: bigint): void {
    const step = amount <= 0n ? -1 : Math.round(Math.log(Number(amount)) / LOG_STEP);
    this.#counts.set(step, (this.#counts.get(step) ?? 0) + 1);
    this.#count += 1;
  }

  /**
   * The amount that `share` (0 to 1) of all are not above, at most 0.5 % off; the lower of two where it lies between.
   * Undefined without amounts.
   */
  at(share: number): bigint | undefined {
    let rest = Math.max(1, Math.ceil(share * this.#count));
    for (const [step, count] of [...this.#counts].sort(([one], [other]) => one - other)) {
      rest -= count;
      if (rest <= 0) return step < 0 ? 0n : BigInt(Math.round(STEP ** step));
    }
    return undefined;
  }
}
