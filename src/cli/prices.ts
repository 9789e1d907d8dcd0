/** `prices`: which prices there are, and which one a model has. */
import {
  type MatchedBy,
  type Price,
  PriceBook,
  type PriceBookOptions,
  priceOfMatchAt,
} from "../cost/price-book.ts";
import { systemClock } from "../system/clock.ts";
import { type CommonOptions, command, type ExitCode, type Terminal } from "./command.ts";
import { requireConfiguration } from "./configuration.ts";
import { renderTable } from "./table.ts";

const ACTIONS = ["list", "show"] as const;

export interface PricesOptions extends CommonOptions {
  readonly action: (typeof ACTIONS)[number];
  readonly model?: string | undefined;
}

export const pricesCommand = command<PricesOptions>({
  usage: "prices [action] [model]",
  description: "list the prices, or show the price of one model",
  build: (parser) =>
    parser
      .positional("action", { choices: ACTIONS, default: "list" as const, describe: "what to do" })
      .positional("model", {
        type: "string",
        describe: "a model as records name it, or a price_id of theirs",
      })
      .example("$0 prices show amazon.titan-embed-text-v2:0", "its price, and where the figure is from"),
  run: async (options, terminal) => {
    const config = await requireConfiguration(options, terminal);
    return config === undefined ? 2 : answerPrices(config.pricing, options, systemClock.nowMs(), terminal);
  },
});

/** Answers on the terminal. Where a price has changed over time, `show` takes that of `nowMs`. */
export function answerPrices(
  pricing: PriceBookOptions,
  options: PricesOptions,
  nowMs: number,
  terminal: Terminal,
): ExitCode {
  const book = new PriceBook(pricing);
  if (options.action === "list") {
    terminal.out(options.json ? listJson(book) : listTable(book, terminal));
    return 0;
  }
  if (!options.model) {
    terminal.err(
      "prices show: expected a model or a price_id, found none. Try: prices show amazon.titan-embed-text-v2:0\n",
    );
    return 2;
  }
  const shown = findShown(book, options.model, nowMs);
  const answer = showAnswer(options.model, shown, pricing.multiplier);
  if (options.json) terminal.out(`${JSON.stringify(answer)}\n`);
  else if (shown) terminal.out(asLines(answer));
  if (shown) return 0;
  terminal.err(unpricedMessage(options.model, book));
  return 1;
}

function byModel(prices: readonly Price[]): readonly Price[] {
  return prices.toSorted(
    ({ row: one }, { row: other }) => Number(one.model > other.model) - Number(one.model < other.model),
  );
}

function listJson(book: PriceBook): string {
  const prices = byModel(book.list()).map(({ row, price, priceId, status }) => ({
    model: row.model,
    status,
    provider: row.provider,
    category: row.category,
    regions: row.regions,
    prefixes: row.prefixes,
    effective_from: price.effective_from ?? null,
    input_cost_per_million: price.input_cost_per_million,
    output_cost_per_million: price.output_cost_per_million,
    price_id: priceId,
    source: price.source,
    checked: price.checked || null,
  }));
  return `${JSON.stringify({ region: book.region, prices })}\n`;
}

function listTable(book: PriceBook, terminal: Terminal): string {
  const columns = [
    { title: "model" },
    { title: "prefixes" },
    { title: "regions" },
    { title: "input $/1M", isNumber: true },
    { title: "output $/1M", isNumber: true },
    { title: "from" },
    { title: "checked" },
    { title: "price_id" },
  ];
  const rows = byModel(book.list()).map(({ row, price, priceId }) => [
    row.model,
    row.prefixes.map((prefix) => prefix || "-").join(" "),
    shortened(row.regions),
    price.input_cost_per_million,
    price.output_cost_per_million,
    price.effective_from ?? "",
    price.checked,
    priceId,
  ]);
  return renderTable({ columns, rows }, terminal);
}

function shortened(regions: readonly string[]): string {
  const [first = "", ...others] = regions;
  if (first === "*") return "all";
  return others.length === 0 ? first : `${first} +${others.length}`;
}

interface Shown {
  readonly price: Price;
  readonly matchedBy: MatchedBy;
}

function findShown(book: PriceBook, modelOrPriceId: string, nowMs: number): Shown | undefined {
  const match = book.find(modelOrPriceId);
  const price = priceOfMatchAt(match, nowMs);
  if (match !== undefined && price !== undefined) return { price, matchedBy: match.matchedBy };
  const listed = book.findById(modelOrPriceId);
  return listed && { price: listed, matchedBy: "price_id" };
}

function unpricedMessage(model: string, book: PriceBook): string {
  const regions = book.regionsOf(model);
  const elsewhere = regions.length === 0 ? "" : ` (only in ${regions.join(", ")})`;
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

function asLines(answer: Readonly<Record<string, string | null>>): string {
  const names = Object.keys(answer);
  const width = Math.max(...names.map((name) => name.length));
  return names.map((name) => `${name.padEnd(width)}  ${answer[name] ?? "-"}\n`).join("");
}
