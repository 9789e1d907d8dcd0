/** Offsets as decimal digits. */

const THREE_DIGITS: readonly string[] = Array.from({ length: 1000 }, (_, value) =>
  String(value).padStart(3, "0"),
);

/**
 * Prints ascending offsets. Neighbours share all but their last three digits, so those before are printed once
 * for several lines: printing numbers was a twentieth of the work on a line.
 */
export class OffsetText {
  #thousands = -1;
  #head = "";

  /** @param offset a safe integer, at least 0 */
  of(offset: number): string {
    if (offset < 1000) return String(offset);
    const thousands = Math.floor(offset / 1000);
    if (thousands !== this.#thousands) {
      this.#thousands = thousands;
      this.#head = String(thousands);
    }
    return `${this.#head}${THREE_DIGITS[offset - thousands * 1000]}`;
  }
}
