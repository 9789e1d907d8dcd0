/** Prices and factors as people write them, as text or as number: kept as decimal text, so that sums stay exact. */
import { z } from "zod";
import { type Parsed, parseMultiplier, parseRate } from "../cost/money.ts";

function decimal(parse: (written: string | number) => Parsed<unknown>) {
  return z.codec(z.union([z.string(), z.number()]), z.string(), {
    decode: (written, context) => {
      const parsed = parse(written);
      if (!parsed.ok) context.issues.push({ code: "custom", input: written, message: parsed.problem });
      return String(written);
    },
    encode: (text) => text,
  });
}

/** US dollars for a million tokens: `"0.80"` or 0.8. */
export const usdPerMillionTokens = decimal(parseRate);

/** A factor above 0: `"0.9"` or 0.9. */
export const multiplier = decimal(parseMultiplier);
