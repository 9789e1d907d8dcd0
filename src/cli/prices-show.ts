/** `prices show`: the price of one model, or the one that records refer to. */
import { describeRegions, type Rule } from "../cost/look-up.ts";
import { type Price, type PriceBook, priceOfMatchAt } from "../cost/price-book.ts";
import type { ExitCode, Terminal } from "./command.ts";

/** How a price is asked for. */
export interface AskedPrice {
  /** Where a price has changed over time, that of this moment is meant. */
  readonly nowMs: number;
  readonly asJson: boolean;
  /** `pricing.multiplier`, as decimal text. */
  readonly multiplier: string;
}

/** Prints the price, or why there is none. */
export function answerShow(
  book: PriceBook,
  modelOrPriceId: string,
  { nowMs, asJson, multiplier }: AskedPrice,
  terminal: Terminal,
): ExitCode {
  const shown = findShown(book, modelOrPriceId, nowMs);
  const answer = showAnswer(modelOrPriceId, shown, multiplier);
  if (asJson) terminal.out(`${JSON.stringify(answer)}\n`);
  else if (shown) terminal.out(asLines(answer));
  if (shown) return 0;
  terminal.err(unpricedMessage(modelOrPriceId, book));
  return 1;
}

interface Shown {
  readonly price: Price;
  readonly matchedBy: Rule | "price_id";
}

/** The price of a model, or the one that a price_id names. */
function findShown(book: PriceBook, modelOrPriceId: string, nowMs: number): Shown | undefined {
  const match = book.find(modelOrPriceId);
  const price = priceOfMatchAt(match, nowMs);
  if (match !== undefined && price !== undefined) return { price, matchedBy: match.matchedBy };
  const listed = book.findById(modelOrPriceId);
  return listed && { price: listed, matchedBy: "price_id" };
}

/** Why a model has no price, and what to do. */
export function unpricedMessage(model: string, book: PriceBook): string {
  const regions = book.regionsOf(model);
  const elsewhere = regions.length === 0 ? "" : ` (only in ${describeRegions(regions)})`;
  return (
    `No price is known for "${model}" in ${book.region}${elsewhere}: the cost of its records is unknown, not zero. ` +
    "Set a price under pricing.overrides, or say under pricing.aliases which model it stands for.\n"
  );
}

function showAnswer(asked: string, shown: Shown | undefined, multiplier: string) {
  const { row, price, priceId, status } = shown?.price ?? {};
  const factor = Number(multiplier) === 1 ? "" : `; times ${multiplier} (pricing.multiplier)`;
  return {
    model: shown?.matchedBy === "price_id" && row ? idOf(row) : asked,
    status: status ?? "unpriced",
    provider: row?.provider ?? null,
    category: row?.category ?? null,
    input_cost_per_million: price?.input_cost_per_million ?? null,
    output_cost_per_million: price?.output_cost_per_million ?? null,
    price_id: priceId ?? null,
    source: price ? price.source + factor : null,
    checked: price?.checked || null,
    matched_by: shown?.matchedBy ?? null,
  };
}

/** An id to which a row's price applies. */
function idOf(row: Price["row"]): string {
  return `${row.prefixes[0] ?? ""}${row.model}`;
}

/** The members of an answer for people, one on each line. */
export function asLines(answer: Readonly<Record<string, string | null>>): string {
  const names = Object.keys(answer);
  const width = Math.max(...names.map((name) => name.length));
  return names.map((name) => `${name.padEnd(width)}  ${answer[name] ?? "-"}\n`).join("");
}
