/**
 * Brings the rows of the catalog up to date with quotes.
 *
 * Records refer to prices for years, so nothing that the catalog said is taken back: what is confirmed gets its new
 * source and day, what changed gets a further price from the day of the refresh on, what is new gets a row, and what
 * the quotes do not have any more stays.
 */
import { PROFILES, sameTokenRates } from "./price-map.mjs";

const CLOSED_REGION = /^(?:us-gov|us-iso[a-z]*|cn|eusc)-/;
const PREFIX_ORDER = ["", ...PROFILES];

/** How many prices were what. */
export class Changes {
  confirmed = 0;
  changed = 0;
  added = 0;
}

/**
 * @param {object[]} rows the catalog so far; not changed
 * @param {import("./price-map.mjs").Quote[]} quotes
 * @param {{ source: string, day: string }} origin of the quotes
 * @returns {{ rows: object[], changes: Changes }}
 */
export function mergeQuotes(rows, quotes, origin) {
  const changes = new Changes();
  const kept = rows.map((row) => ({ row, quotes: [] }));
  const fresh = [];
  for (const quote of quotes) {
    const home = homeOf(quote, kept);
    if (home === undefined) fresh.push(quote);
    else home.quotes.push(quote);
  }
  const merged = kept.flatMap((home) => refreshed(home, origin, changes));
  const added = grouped(fresh, () => [], origin);
  changes.added += added.length;
  return { rows: [...merged, ...added].sort(byModel), changes };
}

/** The row that prices a quote's id in its region by now, as the look-up does: a named region before all of them. */
function homeOf({ model, prefix, region }, homes) {
  const sameId = homes.filter(({ row }) => row.model === model && row.prefixes.includes(prefix));
  const named = sameId.find(({ row }) => row.regions.includes(region));
  return (
    named ?? (CLOSED_REGION.test(region) ? undefined : sameId.find(({ row }) => row.regions.includes("*")))
  );
}

/** A row with the quotes for its ids: confirmed, with a further price, or with rows for regions that went their own way. */
function refreshed({ row, quotes }, origin, changes) {
  const [first] = quotes;
  if (first === undefined) return [row];
  const latest = row.prices.at(-1);
  const isConfirmed = ({ rates }) => sameRates(latest, rates);
  const departed = quotes.filter((quote) => !isConfirmed(quote));
  if (departed.length === 0) {
    changes.confirmed += 1;
    const confirmed = { ...latest, ...cacheRates(first.rates), source: origin.source, checked: origin.day };
    return [{ ...row, prices: [...row.prices.slice(0, -1), ordered(confirmed)] }];
  }
  changes.changed += 1;
  const isOneChange =
    departed.length === quotes.length && quotes.every(({ rates }) => sameText(rates, first.rates));
  if (isOneChange) return [{ ...row, prices: [...row.prices, priceFrom(first.rates, origin, origin.day)] }];
  if (
    departed.some(
      ({ prefix, region }) =>
        row.prefixes.length > 1 || prefix !== row.prefixes[0] || row.regions.includes(region),
    )
  ) {
    throw new Error(
      `${row.model} (${row.regions}): its ids do not share one price any more; split the row by hand`,
    );
  }
  return [row, ...grouped(departed, () => row.prices, origin)];
}

/** Whether a price says what the quote says. A cache rate that the price does not have yet is no contradiction. */
function sameRates(price, rates) {
  const input = price.input_cost_per_million;
  const output = price.output_cost_per_million;
  const known = { ...cacheRates(rates), ...price };
  return (
    sameTokenRates({ input, output }, rates) &&
    Object.entries(cacheRates(rates)).every(([name, rate]) => Number(known[name]) === Number(rate))
  );
}

const sameText = (one, other) => JSON.stringify(one) === JSON.stringify(other);

function cacheRates({ cacheRead, cacheWrite }) {
  return {
    ...(cacheRead !== undefined && { cache_read_input_cost_per_million: cacheRead }),
    ...(cacheWrite !== undefined && { cache_write_input_cost_per_million: cacheWrite }),
  };
}

function priceFrom(rates, { source, day }, effectiveFrom) {
  return ordered({
    ...(effectiveFrom !== undefined && { effective_from: effectiveFrom }),
    input_cost_per_million: rates.input,
    output_cost_per_million: rates.output,
    ...cacheRates(rates),
    source,
    checked: day,
  });
}

/** The members in the order of the file. */
function ordered({ source, checked, ...rates }) {
  return { ...rates, source, checked };
}

/** Quotes as rows: one for all regions and prefixes of a model that cost the same. */
function grouped(quotes, historyOf, origin) {
  const byPrefix = Object.values(
    groupBy(quotes, ({ model, provider, prefix, rates }) => JSON.stringify([model, provider, prefix, rates])),
  ).map((alike) => ({ ...alike[0], regions: alike.map(({ region }) => region).sort() }));
  const byRegions = groupBy(byPrefix, ({ model, provider, rates, regions }) =>
    JSON.stringify([model, provider, rates, regions]),
  );
  return Object.values(byRegions).map(([first, ...others]) => {
    const { model, provider, category, regions, rates } = first;
    const prefixes = [first, ...others].map(({ prefix }) => prefix).sort(byPrefixOrder);
    const history = historyOf();
    const effectiveFrom = history.length === 0 ? undefined : origin.day;
    return {
      model,
      provider,
      category,
      regions,
      prefixes,
      prices: [...history, priceFrom(rates, origin, effectiveFrom)],
    };
  });
}

function groupBy(items, keyOf) {
  const groups = {};
  for (const item of items) {
    const key = keyOf(item);
    groups[key] = [...(groups[key] ?? []), item];
  }
  return groups;
}

/** The bare id, then Bedrock's profiles in their order, then other vendors. */
function rankOf(prefix) {
  const index = PREFIX_ORDER.indexOf(prefix);
  return index === -1 ? PREFIX_ORDER.length : index;
}

function byPrefixOrder(one, other) {
  return rankOf(one) - rankOf(other) || Number(one > other) - Number(one < other);
}

/** By model, then by prefix, then by region. */
function byModel(one, other) {
  const keyOf = ({ model, prefixes, regions }) => [model, rankOf(prefixes[0]), regions.join()];
  const [left, right] = [keyOf(one), keyOf(other)];
  const at = left.findIndex((part, index) => part !== right[index]);
  if (at === -1) return 0;
  return left[at] < right[at] ? -1 : 1;
}
