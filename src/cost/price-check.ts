/** What is worth knowing about the prices of a configuration: what has no price, no effect, or is out of date. */
import { didYouMean } from "../system/did-you-mean.ts";
import type { CatalogPrice } from "./catalog.ts";
import { type ConfiguredModel, type ConfiguredModels, writtenModels } from "./models.ts";
import { type PriceBook, type PriceBookOptions, type PriceOverride, priceOfMatchAt } from "./price-book.ts";

/** One thing that was looked at. `ok: false`: costs are unknown, or the configuration does not do what it says. */
export interface PriceFinding {
  /** The key of the configuration, or `records` and the model that they name. */
  readonly name: string;
  readonly ok: boolean;
  /** What was found, and what to do; one sentence. */
  readonly message: string;
}

/** A model as the shipped records name it. */
export interface SeenModel {
  readonly model: string;
  /** Usage records with this model. */
  readonly records: number;
  /** Those of them that were stored without a cost. */
  readonly unpricedRecords: number;
}

export interface PriceCheck {
  readonly book: PriceBook;
  readonly pricing: Pick<PriceBookOptions, "overrides" | "aliases">;
  readonly models: ConfiguredModels;
  /** Empty: nothing was shipped yet, and nothing is said about what no record names. */
  readonly seen: readonly SeenModel[];
  /** Of prices that changed over time, those of this moment are meant. */
  readonly nowMs: number;
}

/** Looks at the configured models, the overrides, the aliases and the models of records, in this order. */
export function checkPrices(check: PriceCheck): readonly PriceFinding[] {
  const { pricing, models, seen } = check;
  return [
    ...configuredModels(models).map(({ name, model }) => checkModel(check, name, model)),
    ...pricing.overrides.map((override) => checkOverride(check, override)),
    ...Object.entries(pricing.aliases).map(([id, meant]) => checkAlias(check, id, meant)),
    ...seen.flatMap((one) => checkSeen(check, one)),
  ];
}

function configuredModels({ llm, embedding }: ConfiguredModels) {
  const named = (name: string, { model, earlier = [] }: ConfiguredModel) => [
    { name, model },
    ...earlier.map((past) => ({ name: `models.earlier (${past.until})`, model: past.model })),
  ];
  return [...named("models.llm", llm), ...named("models.embedding", embedding)];
}

function checkModel({ book, nowMs }: PriceCheck, name: string, model: string): PriceFinding {
  const match = book.find(model);
  const price = priceOfMatchAt(match, nowMs);
  if (match === undefined || price === undefined) return { name, ok: false, message: noPrice(book, model) };
  return { name, ok: true, message: `${model} costs ${ratesText(price.price)} by ${match.matchedBy}` };
}

function noPrice(book: PriceBook, model: string): string {
  const last = book.explain(model).findLast(({ rule, decides }) => decides || rule === "catalog");
  const reason = last === undefined ? "" : ` (${last.reason})`;
  return `${model} has no price in ${book.region}${reason}: set one under pricing.overrides, or say under pricing.aliases which model it stands for`;
}

function checkOverride(check: PriceCheck, override: PriceOverride): PriceFinding {
  const { book, nowMs } = check;
  const name = `pricing.overrides.${override.model}`;
  const listed = book.findListed(override.model);
  if (listed === undefined) return checkUse(check, name, override.model);
  const price = priceOfMatchAt(listed, nowMs);
  if (price === undefined) return { name, ok: true, message: "the catalog's price of this id begins later" };
  const sameAs = listed.prices.findLast((one) => hasRates(one.price, override));
  if (sameAs === price) return { name, ok: true, message: "it says the same as the catalog and can go" };
  const goesBefore = `goes before the catalog's ${ratesText(price.price)}`;
  if (sameAs === undefined) return { name, ok: true, message: goesBefore };
  const message = `${goesBefore}, which holds since ${price.price.effective_from}: the price of before is out of date; remove it or correct it`;
  return { name, ok: false, message };
}

function hasRates(price: CatalogPrice, override: PriceOverride): boolean {
  return (
    Number(price.input_cost_per_million) === Number(override.input_cost_per_million) &&
    Number(price.output_cost_per_million) === Number(override.output_cost_per_million)
  );
}

function checkAlias(check: PriceCheck, id: string, meant: string): PriceFinding {
  const { book } = check;
  const name = `pricing.aliases.${id}`;
  if (check.pricing.overrides.some(({ model }) => model === id))
    return { name, ok: false, message: "it has no effect: pricing.overrides has a price of the same id" };
  const match = book.find(id);
  if (match === undefined)
    return {
      name,
      ok: false,
      message: `it stands for ${meant}, which has no price; an alias is followed once`,
    };
  if (book.findListed(id) !== undefined)
    return {
      name,
      ok: true,
      message: `goes before the catalog's own price of this id; it stands for ${meant}`,
    };
  return checkUse(check, name, id);
}

/** An id that only the configuration knows: somebody must use it. */
function checkUse({ models, pricing, seen }: PriceCheck, name: string, id: string): PriceFinding {
  const { llm, embedding, earlier } = writtenModels(models);
  const used = [
    ...[{ llm, embedding }, ...earlier].flatMap((named) => [named.llm ?? "", named.embedding ?? ""]),
    ...Object.values(pricing.aliases),
    ...seen.map(({ model }) => model),
  ];
  if (used.includes(id)) return { name, ok: true, message: "in use; the catalog does not have this id" };
  if (seen.length === 0) return { name, ok: true, message: "no records yet that could name it" };
  const meant = didYouMean(id, used);
  const suggestion = meant === undefined ? "" : `; did you mean ${meant}?`;
  const message = `it matches nothing: no record, no configured model and no alias names this id${suggestion}`;
  return { name, ok: false, message };
}

/** What the records say; nothing where all is well. */
function checkSeen({ book }: PriceCheck, { model, records, unpricedRecords }: SeenModel): PriceFinding[] {
  const name = `records of ${model}`;
  if (book.find(model) === undefined)
    return [{ name, ok: false, message: `${records} records: ${noPrice(book, model)}` }];
  if (unpricedRecords === 0) return [];
  const message = `${unpricedRecords} of ${records} have no cost: they came before there was a price, or lack token counts`;
  return [{ name, ok: true, message }];
}

function ratesText(price: CatalogPrice): string {
  return `$${price.input_cost_per_million} / $${price.output_cost_per_million} per million tokens`;
}
