// Goal: money is exact and its texts are right. Method: the documented amounts, and tables of edges.
import { describe, expect, it } from "vitest";
import {
  displayUsd,
  NO_MULTIPLIER,
  parseMultiplier,
  parseRate,
  parseUsd,
  picousdToDecimal,
  picousdToNumber,
  priceTokens,
  tokenRate,
} from "../../../src/cost/money.ts";

function rateOf(usdPerMillionTokens: string, multiplier = "1") {
  const rate = parseRate(usdPerMillionTokens);
  const factor = parseMultiplier(multiplier);
  if (!rate.ok || !factor.ok) throw new Error("not a rate");
  return tokenRate(rate.value, factor.value);
}

describe("parseRate", () => {
  it.each([
    ["0.80", 800_000],
    ["4.00", 4_000_000],
    ["0.02", 20_000],
    ["0.035", 35_000],
    ["0.00875", 8750],
    ["0.000001", 1],
    ["0", 0],
    ["75", 75_000_000],
    ["007.5", 7_500_000],
    [0.8, 800_000],
    [1, 1_000_000],
    [0.1, 100_000],
  ])("reads %o dollars per million tokens as %d pico-dollars per token", (text, picousd) => {
    expect(parseRate(text)).toEqual({ ok: true, value: picousd });
  });

  it.each([
    "0.0000001",
    "0.8000000",
    "-1",
    "+1",
    "",
    " 1",
    "1 ",
    "1e3",
    ".5",
    "5.",
    "0x10",
    "1,5",
    "NaN",
    "٣",
  ])("refuses %o and says what it expected", (text) => {
    expect(parseRate(text)).toEqual({
      ok: false,
      problem: `expected US dollars per million tokens with up to 6 decimals, like "0.80", found "${text}"`,
    });
  });

  it.each([1e-7, 1e21, Number.NaN, Number.POSITIVE_INFINITY, -1, 0.1 + 0.2])(
    "refuses the number %d",
    (value) => {
      expect(parseRate(value).ok).toBe(false);
    },
  );

  it("refuses a price whose pico-dollars are no safe integer", () => {
    expect(parseRate("9007199254.740991")).toEqual({ ok: true, value: Number.MAX_SAFE_INTEGER });
    expect(parseRate("9007199254.740992").ok).toBe(false);
  });

  it("shows only the start of a very long text", () => {
    const parsed = parseRate("x".repeat(10_000));
    expect(parsed.ok ? "" : parsed.problem).toHaveLength(
      'expected US dollars per million tokens with up to 6 decimals, like "0.80", found ""'.length + 40,
    );
  });
});

describe("parseMultiplier", () => {
  it("reads a decimal as an exact fraction", () => {
    expect(parseMultiplier("0.9")).toEqual({ ok: true, value: { numerator: 9n, divisor: 10n } });
    expect(parseMultiplier(1)).toEqual({ ok: true, value: NO_MULTIPLIER });
    expect(parseMultiplier(1 / 3)).toMatchObject({ ok: true, value: { divisor: 10n ** 16n } });
  });

  it.each(["0", "0.0", "-0.9", "1e-7", "", "ten", "9".repeat(31), `0.${"1".repeat(21)}`])(
    "refuses %o",
    (text) => {
      expect(parseMultiplier(text).ok).toBe(false);
    },
  );
});

describe("parseUsd", () => {
  it.each([
    ["50", 50_000_000_000_000n],
    ["0.80", 800_000_000_000n],
    ["0.000000000001", 1n],
    ["999999999999.999999999999", 999_999_999_999_999_999_999_999n],
    [50, 50_000_000_000_000n],
    [0.1, 100_000_000_000n],
  ])("reads %o dollars as %d pico-dollars", (usd, picousd) => {
    expect(parseUsd(usd)).toEqual({ ok: true, value: picousd });
  });

  it.each([
    "0",
    "0.0",
    "-5",
    "+5",
    "1e3",
    1e-13,
    "$5",
    "5 USD",
    "1,000",
    "",
    " ",
    "0.0000000000001",
    "1".repeat(13),
  ])("refuses %o", (usd) => {
    expect(parseUsd(usd)).toEqual({
      ok: false,
      problem: `expected US dollars above 0 with up to 12 decimals, like "50" or "0.25", found "${usd}"`,
    });
  });
});

describe("priceTokens", () => {
  it("gives the documented sample exactly", () => {
    const input = priceTokens(42_256, rateOf("0.80"));
    const output = priceTokens(38_000, rateOf("4.00"));
    expect([input, output, input + output].map(picousdToDecimal)).toEqual([
      "0.0338048",
      "0.152",
      "0.1858048",
    ]);
    expect([input, output, input + output].map(picousdToNumber)).toEqual([0.0338048, 0.152, 0.1858048]);
  });

  it("gives 123 Titan tokens exactly", () => {
    expect(picousdToDecimal(priceTokens(123, rateOf("0.02")))).toBe("0.00000246");
    expect(picousdToNumber(priceTokens(123, rateOf("0.02")))).toBe(0.00000246);
  });

  it("adds a million records of 37 Titan tokens to exactly $0.74", () => {
    let sum = 0n;
    const rate = rateOf("0.02");
    for (let records = 0; records < 1_000_000; records += 1) sum += priceTokens(37, rate);
    expect(picousdToDecimal(sum)).toBe("0.74");
  });

  it("stays exact beyond the safe integers", () => {
    expect(priceTokens(Number.MAX_SAFE_INTEGER, rateOf("75"))).toBe(9007199254740991n * 75_000_000n);
    expect(priceTokens(11_258_999_069, rateOf("0.80"))).toBe(11_258_999_069n * 800_000n);
  });

  it("multiplies without rounding where the price per token stays whole", () => {
    expect(priceTokens(42_256, rateOf("0.80", "0.9"))).toBe(42_256n * 720_000n);
  });

  it.each([
    [1, 0n], // 0.5
    [3, 2n], // 1.5
    [5, 2n], // 2.5
    [7, 4n], // 3.5
    [2, 1n], // 1 exactly
  ])("rounds %d tokens at half a pico-dollar once, to the even neighbour", (tokens, picousd) => {
    expect(priceTokens(tokens, rateOf("0.000001", "0.5"))).toBe(picousd);
  });

  it("rounds to the nearer neighbour off the middle", () => {
    expect(priceTokens(7, rateOf("0.000001", "0.3"))).toBe(2n);
    expect(priceTokens(9, rateOf("0.000001", "0.3"))).toBe(3n);
  });
});

describe("picousdToDecimal", () => {
  it.each([
    [0n, "0"],
    [1n, "0.000000000001"],
    [1_000_000n, "0.000001"],
    [100_000_000_000n, "0.1"],
    [120_000_000_000n, "0.12"],
    [123_456_000_000n, "0.123456"],
    [123_400_000_000n, "0.1234"],
    [999_999_999_999n, "0.999999999999"],
    [1_000_000_000_000n, "1"],
    [12_500_000_000_000n, "12.5"],
    [9_007_199_254_740_993n, "9007.199254740993"],
    [-185_804_800_000n, "-0.1858048"],
    [-2_000_000_000_000n, "-2"],
  ])("writes %d pico-dollars as %s", (picousd, text) => {
    expect(picousdToDecimal(picousd)).toBe(text);
  });
});

describe("picousdToNumber", () => {
  it("goes through the decimal text beyond the safe integers, where dividing would round twice", () => {
    const picousd = 10_000_000_000_000_001n;
    expect(Number(picousd) / 1e12).toBe(10_000);
    expect(picousdToNumber(picousd)).toBe(Number("10000.000000000001"));
    expect(picousdToNumber(-picousd)).toBe(Number("-10000.000000000001"));
    expect(picousdToNumber(picousd)).not.toBe(10_000);
  });
});

describe("displayUsd", () => {
  it.each([
    [0n, "$0.00"],
    [1n, "<$0.0001"],
    [99_999_999n, "<$0.0001"],
    [100_000_000n, "$0.0001"],
    [185_804_800_000n, "$0.1858"],
    [185_850_000_000n, "$0.1859"],
    [999_949_999_999n, "$0.9999"],
    [999_950_000_000n, "$1.00"],
    [1_000_000_000_000n, "$1.00"],
    [1_005_000_000_000n, "$1.01"],
    [1_234_567_890_000_000n, "$1234.57"],
    [-185_804_800_000n, "-$0.1858"],
    [-1n, "-<$0.0001"],
  ])("shows %d pico-dollars as %s", (picousd, text) => {
    expect(displayUsd(picousd)).toBe(text);
  });
});
