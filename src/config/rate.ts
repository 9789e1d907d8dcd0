/** Prices as people write them: `"0.80"` or `0.8` US dollars per million tokens, kept as decimal text. */
import { z } from "zod";

const EXPECTED = 'expected US dollars per million tokens with up to 6 decimals, like "0.80"';
const PATTERN = /^\d{1,9}(?:\.\d{1,6})?$/;

/** The decimal text of a number, without exponent; the same text if it is one already. */
function decimalText(rate: string | number): string {
  if (typeof rate === "string") return rate;
  return rate.toFixed(6).replace(/\.?0+$/, "");
}

/** A price. Six decimals are whole pico-dollars per token, so that costs stay exact. */
export const usdPerMillionTokens = z.codec(
  z.union([
    z.string().regex(PATTERN, EXPECTED),
    z
      .number()
      .min(0)
      .max(999_999_999)
      .refine((rate) => Number(decimalText(rate)) === rate, EXPECTED),
  ]),
  z.string(),
  { decode: decimalText, encode: (text) => text },
);
