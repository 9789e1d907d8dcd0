/**
 * Reads litellm's price map (`model_prices_and_context_window`) as quotes: what one id costs in one region.
 *
 * Taken are the prices per token of text models and embeddings of Bedrock and of the vendors below. Left out are
 * reserved capacity, other modalities, ids that only litellm understands, and prices of nothing.
 */

/** @typedef {{ input: string, output: string, cacheRead?: string, cacheWrite?: string }} Rates US dollars per million tokens. */
/** @typedef {{ model: string, provider: string, category: string, prefix: string, region: string, rates: Rates }} Quote */

/** What AWS puts before a model's id to name the regions that may answer. The order is that of the catalog. */
export const PROFILES = ["global.", "us.", "eu.", "apac.", "jp.", "au.", "ca.", "in.", "us-gov."];

const REGION = /^[a-z]{2}(?:-[a-z]+)+-\d$/;
const CLOSED_REGION = /^(?:us-gov|us-iso[a-z]*|cn|eusc)-/;
const GOV_REGIONS = ["us-gov-east-1", "us-gov-west-1"];

/** Where the price under a bare id holds, unless a key names the region: those that the map lists price alike. */
const BARE_REGIONS = ["us-east-1", "us-east-2", "us-west-2"];

/** Whose models cost the same in all commercial regions; of the others a bare price says nothing about other regions. */
const ONE_PRICE_EVERYWHERE = /^(?:ai21|anthropic|cohere)\.|^amazon\.titan-/;

const TEXT_MODES = new Set(["chat", "completion", "responses", "embedding"]);
/** Ids of fine-tuned models say whose they are, and trials come and go. */
const NO_COMMON_MODEL = /^ft:|-beta|experimental/;
const OTHER_THAN_TEXT =
  /audio|computer-use|container|deep-research|image|lyria|omni|realtime|robotics|search|transcribe|tts/;

/**
 * Vendors other than Bedrock. `isBare` says which of their ids are theirs alone: names of open models are also
 * those of local copies and of other vendors, so they count only behind the vendor's name.
 */
const VENDORS = {
  openai: { provider: "openai", prefix: "openai/", isBare: () => true },
  anthropic: { provider: "anthropic", prefix: "anthropic/", isBare: () => true },
  gemini: { provider: "google", prefix: "gemini/", isBare: (id) => id.startsWith("gemini-") },
  mistral: {
    provider: "mistral",
    prefix: "mistral/",
    isBare: (id) => /^mistral-embed|^(?!zai-|glm-|deepseek-).*-(?:latest|\d{4})$/.test(id),
  },
  cohere: { provider: "cohere", prefix: "cohere/", isBare: () => true },
  cohere_chat: { provider: "cohere", prefix: "cohere/", isBare: () => true },
  deepseek: {
    provider: "deepseek",
    prefix: "deepseek/",
    isBare: (id) => ["deepseek-chat", "deepseek-reasoner"].includes(id),
  },
  groq: { provider: "groq", prefix: "groq/", isBare: () => false },
  xai: { provider: "xai", prefix: "xai/", isBare: (id) => id.startsWith("grok-") },
};

const isBedrock = ({ litellm_provider: provider }) => /^bedrock(?:_converse)?$/.test(provider);

/** Whether the map's entry can matter here; the rest need not be recorded with a test. */
export function isOfInterest(entry) {
  const isKnown = isBedrock(entry) || Object.hasOwn(VENDORS, entry.litellm_provider);
  return isKnown && TEXT_MODES.has(entry.mode) && ratesOf(entry) !== undefined;
}

/** US dollars for one token, a double, as decimal text for a million: 8e-7 is "0.80". */
function perMillion(perToken) {
  const text = Number((perToken * 1e6).toPrecision(12))
    .toFixed(6)
    .replace(/0+$/, "");
  const [whole, fraction = ""] = text.split(".");
  return fraction === "" && whole === "0" ? "0" : `${whole}.${fraction.padEnd(2, "0")}`;
}

/** The rates of an entry; undefined if it costs nothing, or something else than tokens. */
function ratesOf(entry) {
  const { input_cost_per_token: input, output_cost_per_token: output, mode } = entry;
  const isPriced = input > 0 && (mode === "embedding" || output > 0);
  if (!isPriced) return undefined;
  const { cache_read_input_token_cost: cacheRead, cache_creation_input_token_cost: cacheWrite } = entry;
  return {
    input: perMillion(input),
    output: mode === "embedding" ? "0" : perMillion(output),
    ...(typeof cacheRead === "number" && { cacheRead: perMillion(cacheRead) }),
    ...(typeof cacheWrite === "number" && { cacheWrite: perMillion(cacheWrite) }),
  };
}

/**
 * All quotes of a map.
 *
 * @param {Record<string, object>} map
 * @param {{ skip: { id: string }[], same_model: { id: string, as: string }[], add: { id: string, like: string }[] }} exceptions
 * @returns {Quote[]}
 */
export function quotesOf(map, exceptions) {
  const entries = new Map(Object.entries(map).filter(([, entry]) => isOfInterest(entry)));
  for (const { id } of exceptions.skip) {
    if (!entries.delete(id))
      throw new Error(`exceptions.json skips ${id}, which the map does not price any more`);
  }
  for (const { id, like } of exceptions.add) {
    if (entries.has(id)) throw new Error(`exceptions.json adds ${id}, which the map has by now`);
    entries.set(id, entries.get(like));
  }
  const renamed = new Map(exceptions.same_model.map(({ id, as }) => [id, as]));
  const bedrock = [...entries].filter(([, entry]) => isBedrock(entry));
  const vendors = [...entries].filter(([, entry]) => !isBedrock(entry));
  return [...bedrockQuotes(bedrock, renamed), ...vendorQuotes(vendors)];
}

/** A key of Bedrock as region (empty: none named), profile and model; undefined if it is litellm's own. */
function bedrockId(key, renamed) {
  const [, region = "", id = key] = /^bedrock\/([^/]+)\/([^/]+)$/.exec(key) ?? [];
  if ((region !== "" && !REGION.test(region)) || /[/@]/.test(id)) return undefined;
  const prefix = PROFILES.find((profile) => id.startsWith(profile)) ?? "";
  const model = renamed.get(id.slice(prefix.length)) ?? id.slice(prefix.length);
  return /^[a-z0-9]+\.[a-z]/.test(model) ? { region, prefix, model } : undefined;
}

function bedrockQuotes(entries, renamed) {
  const byModel = new Map();
  for (const [key, entry] of entries) {
    const id = bedrockId(key, renamed);
    if (id === undefined) continue;
    const { region, prefix, model } = id;
    if (/^[a-z-]+\.[a-z0-9]+\.[a-z]/.test(model)) {
      throw new Error(`${key}: three names; if the first is a profile of Bedrock, it belongs into PROFILES`);
    }
    const provider = model.slice(0, model.indexOf("."));
    const category = entry.mode === "embedding" ? "embedding" : "llm";
    const quote = { model, provider, category, prefix, region, rates: ratesOf(entry) };
    byModel.set(model, [...(byModel.get(model) ?? []), quote]);
  }
  return [...byModel.values()].flatMap(placed);
}

/** Says of the quotes of a model that name no region where they hold. */
function placed(quotes) {
  const regional = quotes.filter(({ region }) => region !== "");
  const commercial = regional.filter(({ region }) => !CLOSED_REGION.test(region));
  const unplaced = quotes.filter(({ region }) => region === "");
  const bare = unplaced.find(({ prefix }) => prefix === "");
  const isBareEverywhere = bare !== undefined && regionsOf(bare, commercial).includes("*");
  return [
    ...(isBareEverywhere ? regional.filter((quote) => !commercial.includes(quote)) : regional),
    ...unplaced.flatMap((quote) => regionsOf(quote, commercial).map((region) => ({ ...quote, region }))),
  ];
}

function regionsOf(quote, commercial) {
  if (quote.prefix === "us-gov.") return ["*", ...GOV_REGIONS];
  if (quote.prefix !== "") return ["*"];
  const isUniform = commercial.every(({ rates }) => sameTokenRates(rates, quote.rates));
  if (isUniform && ONE_PRICE_EVERYWHERE.test(quote.model)) return ["*"];
  return BARE_REGIONS.filter((region) => commercial.every((other) => other.region !== region));
}

/** Whether tokens cost the same; caching apart. */
export function sameTokenRates(one, other) {
  return Number(one.input) === Number(other.input) && Number(one.output) === Number(other.output);
}

function vendorQuotes(entries) {
  const quotes = new Map();
  for (const [key, entry] of entries) {
    const { provider, prefix, isBare } = VENDORS[entry.litellm_provider];
    const model = key.startsWith(prefix) ? key.slice(prefix.length) : key;
    if (OTHER_THAN_TEXT.test(model) || NO_COMMON_MODEL.test(model)) continue;
    const category = entry.mode === "embedding" ? "embedding" : "llm";
    for (const one of isBare(model) ? ["", prefix] : [prefix]) {
      const known = quotes.get(one + model);
      const rates = ratesOf(entry);
      if (known && !sameTokenRates(known.rates, rates)) {
        throw new Error(
          `${key}: the map has two prices for ${model}; one belongs under skip in exceptions.json`,
        );
      }
      quotes.set(one + model, {
        model,
        provider,
        category,
        prefix: one,
        region: "*",
        rates: { ...rates, ...known?.rates },
      });
    }
  }
  return [...quotes.values()];
}
