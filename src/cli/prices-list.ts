/** `prices list`: the prices that there are, all or some of them. */
import { holdsIn } from "../cost/catalog.ts";
import type { Price, PriceBook } from "../cost/price-book.ts";
import type { Terminal } from "./command.ts";
import { renderTable, withoutControls } from "./table.ts";

/** Which prices are wanted; what is not said is not asked. */
export interface PriceFilters {
  readonly provider?: string | undefined;
  readonly category?: string | undefined;
  /** An AWS region in which they must hold. */
  readonly region?: string | undefined;
  /** A part of an id, prefix included, whatever the case. */
  readonly text?: string | undefined;
}

/** Prints the prices that pass, by model; says so if none does, since that may be a slip. */
export function answerList(
  book: PriceBook,
  filters: PriceFilters,
  asJson: boolean,
  terminal: Terminal,
): void {
  const prices = byModel(book.list().filter(({ row }) => passes(row, filters)));
  terminal.out(asJson ? listJson(book.region, prices) : listTable(prices, terminal));
  if (prices.length === 0)
    terminal.err(`prices list: there is no price with ${withoutControls(wordsOf(filters))}\n`);
}

function wordsOf({ text, provider, category, region }: PriceFilters): string {
  const words = [
    text && `"${text}" in the id`,
    provider && `--provider ${provider}`,
    category && `--category ${category}`,
    region && `--region ${region}`,
  ];
  return words.filter(Boolean).join(" and ");
}

function passes(row: Price["row"], { provider, category, region, text = "" }: PriceFilters): boolean {
  const wanted = text.toLowerCase();
  return (
    (provider === undefined || row.provider === provider) &&
    (category === undefined || row.category === category) &&
    (region === undefined || holdsIn(row, region)) &&
    row.prefixes.some((prefix) => (prefix + row.model).toLowerCase().includes(wanted))
  );
}

function byModel(prices: readonly Price[]): readonly Price[] {
  return prices.toSorted(
    ({ row: one }, { row: other }) => Number(one.model > other.model) - Number(one.model < other.model),
  );
}

function listJson(region: string, listed: readonly Price[]): string {
  const prices = listed.map(({ row, price, priceId, status }) => ({
    model: row.model,
    status,
    provider: row.provider,
    category: row.category,
    regions: row.regions,
    prefixes: row.prefixes,
    effective_from: price.effective_from ?? null,
    input_cost_per_million: price.input_cost_per_million,
    output_cost_per_million: price.output_cost_per_million,
    cache_read_input_cost_per_million: price.cache_read_input_cost_per_million ?? null,
    cache_write_input_cost_per_million: price.cache_write_input_cost_per_million ?? null,
    price_id: priceId,
    source: price.source,
    checked: price.checked || null,
  }));
  return `${JSON.stringify({ region, prices })}\n`;
}

function listTable(prices: readonly Price[], terminal: Terminal): string {
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
  const rows = prices.map(({ row, price, priceId }) => [
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
  const [first = "", ...others] = regions.map((region) => (region === "*" ? "all" : region));
  return others.length === 0 ? first : `${first} +${others.length}`;
}
