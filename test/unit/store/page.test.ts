/**
 * Goal: a page gives back what was put in, whatever the amounts, and its size is small.
 * Method: random amounts of random keys against a map; the bytes of one page, by hand.
 */

import { describe, expect, test } from "vitest";
import { emptySums } from "../../../src/store/bucket.ts";
import { type KeyAmounts, PageBuilder, PageSums } from "../../../src/store/page.ts";
import { fc } from "../../support/properties.ts";

const NOTHING: KeyAmounts = { ...emptySums(), slowestMs: 0 };

const count = fc.oneof(fc.constant(0), fc.nat(300), fc.maxSafeInteger().map(Math.abs));
const money = fc.oneof(fc.constant(0n), fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }));
const amountsArbitrary = fc
  .record({ count, errors: count, tokens: count, slowestMs: count, total: money, below: money })
  .map(({ count: requests, errors, tokens, slowestMs, total, below }): KeyAmounts => {
    const lowerBoundPicousd = below > total ? total : total - below;
    const sums = { ...NOTHING, requests: requests + 1, errors, inputTokens: tokens, suspectRecords: tokens };
    return { ...sums, slowestMs, totalPicousd: total, lowerBoundPicousd };
  });
const entryArbitrary = fc.record({
  section: fc.nat(3),
  keyId: fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 5_000 })),
  amounts: amountsArbitrary,
});

test("a page gives back what was put in, section by section", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(entryArbitrary, { selector: ({ section, keyId }) => `${section} ${keyId}` }),
      (entries) => {
        const builder = new PageBuilder(4);
        for (const { section, keyId, amounts } of entries) builder.add(section, keyId, amounts);
        const page = builder.build();
        expect(page === undefined).toBe(entries.length === 0);
        if (page === undefined) return;
        const copy = new PageBuilder(4);
        copy.addPage(page);
        expect(copy.build()).toEqual(page);
        for (let section = 0; section < 4; section++) {
          const sums = new PageSums((keyId) => keyId);
          sums.addPage(page, section, section + 1);
          for (const entry of entries)
            if (entry.section === section) expect(sums.amounts(entry.keyId)).toEqual(entry.amounts);
            else
              expect(sums.has(entry.keyId)).toBe(
                entries.some((one) => one.keyId === entry.keyId && one.section === section),
              );
        }
      },
    ),
  );
});

describe("sums", () => {
  const pageOf = (keyId: number, amounts: Partial<KeyAmounts>): Uint8Array => {
    const builder = new PageBuilder(1);
    builder.add(0, keyId, { ...NOTHING, ...amounts });
    return builder.build() ?? new Uint8Array();
  };

  test("are added up by where a key belongs, the longest duration stays", () => {
    const sums = new PageSums((keyId) => (keyId < 10 ? 0 : keyId === 10 ? 1 : -1));
    sums.addPage(pageOf(1, { requests: 2, slowestMs: 50 }), 0, 1);
    sums.addPage(pageOf(9, { requests: 3, slowestMs: 40 }), 0, 1);
    sums.addPage(pageOf(10, { requests: 4 }), 0, 1);
    sums.addPage(pageOf(11, { requests: 8 }), 0, 1);
    expect(sums.amounts(0)).toEqual({ ...NOTHING, requests: 5, slowestMs: 50 });
    expect(sums.amounts(1)).toEqual({ ...NOTHING, requests: 4 });
    expect([sums.has(0), sums.has(1), sums.has(2)]).toEqual([true, true, false]);
    sums.clear();
    expect(sums.has(0)).toBe(false);
  });

  test("of money are exact beyond 2^63", () => {
    const totalPicousd = 2n ** 63n - 1n;
    const page = pageOf(1, { usageRecords: 1, totalPicousd, lowerBoundPicousd: 1n });
    const sums = new PageSums(() => 0);
    for (let round = 0; round < 3; round++) sums.addPage(page, 0, 1);
    expect(sums.amounts(0)).toMatchObject({ totalPicousd: 3n * totalPicousd, lowerBoundPicousd: 3n });
  });

  test("of sections can be put together", () => {
    const builder = new PageBuilder(4);
    for (const section of [0, 2, 3]) builder.add(section, 7, { ...NOTHING, requests: 1 });
    const together = new PageBuilder(1);
    together.addTogether(builder.build() ?? new Uint8Array(), 4);
    expect(together.build()).toEqual(pageOf(7, { requests: 3 }));
  });
});

test("a page is what its description says", () => {
  const builder = new PageBuilder(2);
  builder.add(0, 3, { ...NOTHING, requests: 1, elapsedMs: 300, slowestMs: 300 });
  builder.add(0, 200, { ...NOTHING, usageRecords: 1 });
  // Two sections: a length, and of each row the key's distance, the columns, their amounts.
  const rows = [3, 0b111, 1, 0b1010_1100, 2, 0b1010_1100, 2, 128 + 69, 1, 1 << 4, 1];
  expect([...(builder.build() ?? [])]).toEqual([rows.length, ...rows, 0]);
});
