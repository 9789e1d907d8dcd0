// Goal: money arithmetic equals exact arithmetic for any figures, and what is written can be read again.
// Method: properties against a BigInt reference and against the text itself.

import { describe, expect, it } from "vitest";
import type { Cost } from "../../src/cost/cost.ts";
import { costJson } from "../../src/cost/cost-json.ts";
import {
  NO_MULTIPLIER,
  parseRate,
  picousdToDecimal,
  picousdToNumber,
  priceTokens,
  tokenRate,
} from "../../src/cost/money.ts";
import { fc } from "../support/properties.ts";

const tokens = fc.oneof(fc.nat(1_000_000), fc.maxSafeNat());
const picousdPerToken = fc.oneof(fc.nat(100_000_000), fc.maxSafeNat());
const picousd = fc.oneof(fc.bigInt(0n, 10n ** 13n), fc.bigInt(-(2n ** 70n), 2n ** 70n));

/** The decimal text of an amount, read back by moving the point twelve places. */
function readDecimal(text: string): bigint {
  const [, sign = "", whole = "", fraction = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  return BigInt(`${sign}${whole}${fraction.padEnd(12, "0")}`);
}

describe("pico-dollars", () => {
  it("are tokens times price, for any tokens and any price", () => {
    fc.assert(
      fc.property(tokens, picousdPerToken, (count, rate) => {
        expect(priceTokens(count, tokenRate(rate, NO_MULTIPLIER))).toBe(BigInt(count) * BigInt(rate));
      }),
    );
  });

  it("add up over records to the price of all their tokens", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(10_000_000)), fc.nat(100_000_000), (counts, rate) => {
        const sum = counts.reduce(
          (total, count) => total + priceTokens(count, tokenRate(rate, NO_MULTIPLIER)),
          0n,
        );
        expect(sum).toBe(BigInt(counts.reduce((total, count) => total + count, 0)) * BigInt(rate));
      }),
    );
  });

  it("are at most half a pico-dollar off with any multiplier", () => {
    fc.assert(
      fc.property(
        tokens,
        picousdPerToken,
        fc.bigInt(1n, 10n ** 9n),
        fc.nat(9),
        (count, rate, numerator, places) => {
          const divisor = 10n ** BigInt(places);
          const amount = priceTokens(count, tokenRate(rate, { numerator, divisor }));
          const twiceError = 2n * (amount * divisor - BigInt(count) * BigInt(rate) * numerator);
          expect(twiceError <= divisor && twiceError >= -divisor).toBe(true);
        },
      ),
    );
  });

  it("are written as a decimal that reads back as the same amount, without trailing zeros", () => {
    fc.assert(
      fc.property(picousd, (amount) => {
        const text = picousdToDecimal(amount);
        expect(readDecimal(text)).toBe(amount);
        expect(text).not.toMatch(/\.\d*0$|\.$/);
      }),
    );
  });

  it("become the double nearest to their decimal text", () => {
    fc.assert(
      fc.property(picousd, (amount) => {
        expect(picousdToNumber(amount)).toBe(Number(picousdToDecimal(amount)) + 0);
      }),
    );
  });

  it("per token are the price that a text of up to six decimals says", () => {
    fc.assert(
      fc.property(fc.nat(999_999_999), fc.integer({ min: 0, max: 6 }), (digits, places) => {
        const text = (BigInt(digits) * 10n ** BigInt(6 - places)).toString().padStart(7, "0");
        const decimal = `${text.slice(0, -6)}.${text.slice(-6)}`;
        expect(parseRate(decimal)).toEqual({ ok: true, value: digits * 10 ** (6 - places) });
      }),
    );
  });
});

describe("costJson", () => {
  const amount = fc.option(fc.bigInt(0n, 2n ** 63n - 1n), { nil: undefined });
  const cost: fc.Arbitrary<Cost> = fc.record({
    category: fc.constantFrom("llm", "embedding", "system"),
    model: fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)) }),
    ),
    modelSource: fc.constantFrom("record", "config", "env", "default"),
    status: fc.constantFrom("priced", "free", "unpriced", "fallback"),
    priceId: fc.option(fc.constant("0123456789ab"), { nil: undefined }),
    inputPicousd: amount,
    outputPicousd: amount,
    totalPicousd: amount,
    calls: fc.nat(),
    inputTokens: fc.nat(),
    outputTokens: fc.nat(),
    quality: fc.subarray(["over_count_suspected", "uniform_calls", "max_tokens_hit", "tokens_inconsistent"]),
    lowerBoundUsd: fc.option(fc.double({ min: 0, max: 1e9, noNaN: true }), { nil: undefined }),
  });

  it("is JSON in ASCII for any model name, and names the model", () => {
    fc.assert(
      fc.property(cost, (any) => {
        const json = costJson(any);
        expect(json).toMatch(/^[\x20-\x7e]*$/);
        const parsed = JSON.parse(json);
        expect(parsed.model).toBe(any.model.replace(/\p{Surrogate}/gu, "\ufffd"));
        expect(parsed.quality ?? []).toEqual(any.quality);
        expect(parsed.lower_bound_usd).toBe(any.lowerBoundUsd);
      }),
    );
  });

  it("has the exact total, digit by digit", () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 2n ** 63n - 1n), cost, (total, any) => {
        const json = costJson({ ...any, inputPicousd: total, outputPicousd: 0n, totalPicousd: total });
        expect(json).toContain(`"total_picousd":${total},`);
        expect(JSON.parse(json).total_usd).toBe(picousdToNumber(total));
      }),
    );
  });
});
