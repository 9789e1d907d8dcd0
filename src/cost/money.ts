/**
 * Exact money: whole pico-dollars (10^-12 US dollars), never a rounded fraction.
 *
 * Prices are quoted in dollars per million tokens with up to six decimals, so a price per token is a whole
 * number of pico-dollars ($/10^6 tokens x 10^6). Tokens times price is then integer arithmetic: plain numbers
 * while the product is a safe integer, BigInt beyond. Nano-dollars would be too coarse: Nova Micro's cache
 * reads cost 8.75 of them a token.
 */
import assert from "node:assert/strict";

const PICOUSD_PER_USD = 1_000_000_000_000;
const PICOUSD_PER_USD_BIG = 1_000_000_000_000n;

/** A value read from a text, or the sentence that says what is wrong with the text. */
export type Parsed<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problem: string };

/** What one token costs: `numerator / divisor` pico-dollars. */
export interface TokenRate {
  readonly numerator: bigint;
  readonly divisor: bigint;
  /** The same as a plain number; NaN where it is no whole number or no safe integer. */
  readonly wholePicousd: number;
}

/** What one token of a model costs, in and out. */
export interface TokenRates {
  readonly input: TokenRate;
  readonly output: TokenRate;
}

/** An exact factor on prices: `numerator / divisor`. */
export interface Multiplier {
  readonly numerator: bigint;
  readonly divisor: bigint;
}

export const NO_MULTIPLIER: Multiplier = { numerator: 1n, divisor: 1n };

const PLAIN_DECIMAL = /^(\d+)(?:\.(\d+))?$/;

function notA(expected: string, found: string): { readonly ok: false; readonly problem: string } {
  return { ok: false, problem: `expected ${expected}, found "${found.slice(0, 40)}"` };
}

/**
 * Reads a price in US dollars per million tokens as whole pico-dollars per token: `"0.80"` is 800,000.
 * A number is taken by its decimal text. More than six decimals, a sign or an exponent is a problem.
 */
export function parseRate(usdPerMillionTokens: string | number): Parsed<number> {
  const text = String(usdPerMillionTokens);
  const [, whole = "", fraction = ""] = PLAIN_DECIMAL.exec(text) ?? [];
  const value = Number(whole + fraction.padEnd(6, "0"));
  if (whole === "" || fraction.length > 6 || !Number.isSafeInteger(value))
    return notA('US dollars per million tokens with up to 6 decimals, like "0.80"', text);
  return { ok: true, value };
}

/**
 * Reads `pricing.multiplier`, a factor above zero: `"0.9"` is ten percent off. At most 20 decimals; a number
 * is taken by its decimal text.
 */
export function parseMultiplier(factor: string | number): Parsed<Multiplier> {
  const text = String(factor);
  const [, whole = "", fraction = ""] = PLAIN_DECIMAL.exec(text) ?? [];
  const numerator = whole.length + fraction.length <= 30 ? BigInt(whole + fraction) : 0n;
  if (numerator === 0n || fraction.length > 20)
    return notA('a factor above 0 with up to 20 decimals, like "0.9"', text);
  return { ok: true, value: { numerator, divisor: 10n ** BigInt(fraction.length) } };
}

/**
 * Reads an amount above zero in US dollars as whole pico-dollars: `"0.80"` is 800,000,000,000. At most 12 digits on
 * each side of the point; a number is taken by its decimal text.
 */
export function parseUsd(usd: string | number): Parsed<bigint> {
  const text = String(usd);
  const [, whole = "", fraction = ""] = PLAIN_DECIMAL.exec(text) ?? [];
  const isInRange = whole.length <= 12 && fraction.length <= 12;
  const value = isInRange ? BigInt(whole + fraction.padEnd(12, "0")) : 0n;
  if (value === 0n) return notA('US dollars above 0 with up to 12 decimals, like "50" or "0.25"', text);
  return { ok: true, value };
}

/** A list price in whole pico-dollars per token, times a factor. */
export function tokenRate(picousdPerToken: number, multiplier: Multiplier): TokenRate {
  assert(Number.isSafeInteger(picousdPerToken) && picousdPerToken >= 0);
  return rateOf(BigInt(picousdPerToken) * multiplier.numerator, multiplier.divisor);
}

/** The rate of `numerator / divisor` pico-dollars per token. */
export function rateOf(numerator: bigint, divisor: bigint): TokenRate {
  if (numerator % divisor !== 0n) return { numerator, divisor, wholePicousd: Number.NaN };
  const whole = numerator / divisor;
  const plain = Number(whole);
  return { numerator: whole, divisor: 1n, wholePicousd: Number.isSafeInteger(plain) ? plain : Number.NaN };
}

/**
 * What `tokens` (a safe integer, not negative) cost, in pico-dollars. Exact; only where a multiplier leaves
 * a fraction of a pico-dollar per token is the amount rounded, once, to the even neighbour.
 */
export function priceTokens(tokens: number, rate: TokenRate): bigint {
  const product = tokens * rate.wholePicousd;
  if (product <= Number.MAX_SAFE_INTEGER) return BigInt(product);
  return priceTokenSum(BigInt(tokens), rate);
}

/** The same for tokens of many records together, of any number: rounded once, where it is rounded. */
export function priceTokenSum(tokens: bigint, { numerator, divisor }: TokenRate): bigint {
  return divideHalfEven(tokens * numerator, divisor);
}

function divideHalfEven(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  const twiceRest = (dividend % divisor) * 2n;
  const roundsUp = twiceRest > divisor || (twiceRest === divisor && quotient % 2n === 1n);
  return roundsUp ? quotient + 1n : quotient;
}

/** The double nearest to the exact amount in US dollars; printed, it is the shortest text of that double. */
export function picousdToNumber(picousd: bigint): number {
  const plain = Number(picousd);
  // Both operands are exact here, so the one division is correctly rounded (IEEE 754).
  return Number.isSafeInteger(plain) ? plain / PICOUSD_PER_USD : Number(picousdToDecimal(picousd));
}

// All of 000 to 999, with their zeros and without the trailing ones: several times faster than printing doubles.
const THREE_DIGITS = Array.from({ length: 1000 }, (_, value) => String(value).padStart(3, "0"));
const THREE_DIGITS_TRIMMED = THREE_DIGITS.map((digits) => digits.replace(/0+$/, ""));

function trimmedDigits(sixDigits: number): string {
  const high = Math.trunc(sixDigits / 1000);
  const low = sixDigits % 1000;
  if (low === 0) return `${THREE_DIGITS_TRIMMED[high]}`;
  return `${THREE_DIGITS[high]}${THREE_DIGITS_TRIMMED[low]}`;
}

/** The digits after the decimal point: `picousd`, above zero and below a dollar, without trailing zeros. */
function fractionDigits(picousd: number): string {
  const high = Math.trunc(picousd / 1_000_000);
  const low = picousd % 1_000_000;
  if (low === 0) return trimmedDigits(high);
  return `${THREE_DIGITS[Math.trunc(high / 1000)]}${THREE_DIGITS[high % 1000]}${trimmedDigits(low)}`;
}

/** The exact amount in US dollars as plain decimal text: `"0.1858048"`, `"12"`, `"0"`; no trailing zeros. */
export function picousdToDecimal(picousd: bigint): string {
  const plain = Number(picousd);
  if (plain > 0 && plain < PICOUSD_PER_USD) return `0.${fractionDigits(plain)}`;
  if (plain === 0) return "0";
  if (plain < 0) return `-${picousdToDecimal(-picousd)}`;
  const dollars = picousd / PICOUSD_PER_USD_BIG;
  const rest = Number(picousd % PICOUSD_PER_USD_BIG);
  return rest === 0 ? `${dollars}` : `${dollars}.${fractionDigits(rest)}`;
}

/**
 * The amount for people: two places from $1, four below, `<$0.0001` for what four places cannot show, and
 * `$0.00` for nothing. Halves are rounded up.
 */
export function displayUsd(picousd: bigint): string {
  if (picousd < 0n) return `-${displayUsd(-picousd)}`;
  if (picousd === 0n) return "$0.00";
  if (picousd < 100_000_000n) return "<$0.0001";
  const tenThousandths = (picousd + 50_000_000n) / 100_000_000n;
  if (tenThousandths < 10_000n) return `$0.${String(tenThousandths).padStart(4, "0")}`;
  const cents = String((picousd + 5_000_000_000n) / 10_000_000_000n);
  return `$${cents.slice(0, -2)}.${cents.slice(-2)}`;
}
