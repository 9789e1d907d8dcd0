/** The rates of every price that buckets refer to, so that they outlive a change of configuration or catalog. */
import { rateOf, type TokenRate, type TokenRates } from "../cost/money.ts";
import type { Database, Statement } from "../system/sqlite.ts";

function rateText({ numerator, divisor }: TokenRate): string {
  return divisor === 1n ? `${numerator}` : `${numerator}/${divisor}`;
}

function parseRateText(text: string): TokenRate {
  const [numerator = "0", divisor = "1"] = text.split("/");
  return rateOf(BigInt(numerator), BigInt(divisor));
}

/** The rates of a price as tables hold them. */
export interface PriceText {
  readonly input: string;
  readonly output: string;
}

export function priceTextOf({ input, output }: TokenRates): PriceText {
  return { input: rateText(input), output: rateText(output) };
}

export function ratesOf({ input, output }: PriceText): TokenRates {
  return { input: parseRateText(input), output: parseRateText(output) };
}

export class KnownPrices {
  readonly #insert: Statement;
  readonly #select: Statement;

  constructor(database: Database) {
    this.#insert = database.prepare(
      "INSERT INTO price (price_id, input_rate, output_rate) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
    );
    this.#select = database.prepare("SELECT price_id, input_rate, output_rate FROM price");
  }

  /** Remembers a price; part of the caller's transaction. What an id means never changes. */
  add(priceId: string, rates: TokenRates): void {
    const { input, output } = priceTextOf(rates);
    this.#insert.run([priceId, input, output]);
  }

  /** All prices by their ids. */
  all(): Map<string, TokenRates> {
    const prices = this.#select.all([]).map(({ price_id, input_rate, output_rate }) => {
      const rates = ratesOf({ input: String(input_rate), output: String(output_rate) });
      return [String(price_id), rates] as const;
    });
    return new Map(prices);
  }
}
