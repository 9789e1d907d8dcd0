/**
 * Goal: a checkpoint moves only over settled bytes without a gap.
 * Method: spans by hand, settled in every order.
 */
import { describe, expect, test } from "vitest";
import { Ledger, type Span } from "../../../src/checkpoint/ledger.ts";
import type { Checkpoint } from "../../../src/tail/checkpoint.ts";
import { identifyGeneration } from "../../../src/tail/generation.ts";

const A = identifyGeneration("", "a", Buffer.from("first"), 0);
const B = identifyGeneration("", "b", Buffer.from("first"), 0);

function at(offset: number, generation = A): Checkpoint {
  return {
    generation,
    offset,
    tailSha256: `hash ${offset}`,
    lastTimestamp: undefined,
    seenAs: "a",
    inode: "",
  };
}

function span(startOffset: number, endOffset: number, generation = A): Span {
  return { startOffset, end: at(endOffset, generation) };
}

function ordersOf<Item>(items: readonly Item[]): Item[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, index) =>
    ordersOf(items.filter((_, other) => other !== index)).map((order) => [item, ...order]),
  );
}

describe("spans that settle", () => {
  const spans = [span(0, 100), span(100, 200), span(200, 300), span(300, 400)];

  test.each(ordersOf([0, 1, 2, 3]))(
    "in the order %d, %d, %d, %d move the checkpoint over the settled prefix",
    (...order) => {
      const ledger = new Ledger([at(0)]);
      for (const one of spans) ledger.open(one);
      const settled = new Set<number>();
      for (const index of order) {
        const before = ledger.settledOffset(A.id);
        const isMoved = ledger.settle(spans[index] ?? span(0, 0));
        settled.add(index);
        const prefix = [0, 1, 2, 3].findIndex((one) => !settled.has(one));
        const expected = (prefix < 0 ? 4 : prefix) * 100;
        expect(ledger.settledOffset(A.id)).toBe(expected);
        expect(ledger.heldBack).toBe(settled.size - (prefix < 0 ? 4 : prefix));
        expect(isMoved).toBe(expected > before);
      }
      expect(ledger.checkpoints()).toEqual([at(400)]);
    },
  );
});

test("generations are independent of each other, and stay in the order in which they came", () => {
  const ledger = new Ledger([at(50)]);
  ledger.begin(at(0, B));
  const [a, b] = [span(50, 60), span(0, 70, B)];
  ledger.open(a);
  ledger.open(b);
  ledger.settle(b);
  expect(ledger.checkpoints()).toEqual([at(50), at(70, B)]);
});

test("of a generation that is not known nothing is settled", () => {
  const ledger = new Ledger([at(50)]);
  expect(ledger.has(A.id)).toBe(true);
  expect(ledger.has(B.id)).toBe(false);
  expect(ledger.settledOffset(B.id)).toBe(0);
});

describe("a mistake of the caller is an error at once", () => {
  test.each<[string, (ledger: Ledger) => void]>([
    ["a generation that begins twice", (ledger) => ledger.begin(at(0))],
    ["a span of an unknown generation", (ledger) => ledger.open(span(0, 10, B))],
    ["a gap before a span", (ledger) => ledger.open(span(60, 70))],
    ["a span that overlaps", (ledger) => ledger.open(span(40, 70))],
    ["an empty span", (ledger) => ledger.open(span(50, 50))],
    ["a span that was never opened", (ledger) => ledger.settle(span(50, 60))],
    [
      "a span that is settled twice",
      (ledger) => {
        const [first, second] = [span(50, 60), span(60, 70)];
        ledger.open(first);
        ledger.open(second);
        ledger.settle(second);
        ledger.settle(second);
      },
    ],
  ])("%s", (_, mistake) => {
    expect(() => mistake(new Ledger([at(50)]))).toThrow();
  });
});
