/** Models without a price: says of each, once a day, that it is to be warned about. */
import type { Cost } from "./cost.ts";

const MODELS_PER_DAY_MAX = 100;

/** Remembers which models were warned about today. One object serves the whole daemon. */
export class UnpricedModels {
  #day = "";
  readonly #warned = new Set<string>();

  /**
   * True if a warning about this record's model is due: the model has no price, and it is the first such record
   * of `day` (`YYYY-MM-DD` of the clock, not of the record: a backlog of a month is one warning). A record that
   * is unpriced because its token counts are missing is no matter of the model. After 100 models in a day: false.
   */
  isFirstToday(cost: Cost, day: string): boolean {
    if (cost.status !== "unpriced" || cost.priceId !== undefined) return false;
    if (day !== this.#day) {
      this.#day = day;
      this.#warned.clear();
    }
    if (this.#warned.has(cost.model) || this.#warned.size >= MODELS_PER_DAY_MAX) return false;
    this.#warned.add(cost.model);
    return true;
  }
}
