/**
 * Goal: the store remembers the rates of each price that its buckets refer to, exactly.
 * Method: prices added by hand and by rows, read back.
 */
import { expect, test } from "vitest";
import { NO_MULTIPLIER, rateOf, tokenRate } from "../../../src/cost/money.ts";
import { BucketWriter } from "../../../src/store/bucket-writer.ts";
import { KnownPrices } from "../../../src/store/known-prices.ts";
import { withDatabase } from "./sample-database.ts";
import { requestRow, usageRow } from "./sample-rows.ts";

const RATES = { input: tokenRate(800_000, NO_MULTIPLIER), output: rateOf(7_200_001n, 10n) };

test("whole rates and fractions come back as they were", () => {
  withDatabase((database) => {
    const prices = new KnownPrices(database);
    prices.add("0123456789ab", RATES);
    expect(prices.all()).toEqual(new Map([["0123456789ab", RATES]]));
  });
});

test("what an id means is never changed", () => {
  withDatabase((database) => {
    const prices = new KnownPrices(database);
    prices.add("0123456789ab", RATES);
    prices.add("0123456789ab", { input: RATES.output, output: RATES.input });
    expect(prices.all().get("0123456789ab")).toEqual(RATES);
  });
});

test("the rates of rows with a price are remembered with their buckets", () => {
  withDatabase((database) => {
    const unpriced = usageRow({}, { model: "vendor.unknown", priceId: undefined });
    new BucketWriter(database).addRows([requestRow(), unpriced, usageRow({}, { rates: RATES })]);
    expect(new KnownPrices(database).all()).toEqual(new Map([["0123456789ab", RATES]]));
  });
});
