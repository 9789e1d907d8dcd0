/**
 * Goal: a slip finds the word that was meant; anything else finds nothing.
 * Method: a table of slips.
 */
import { expect, test } from "vitest";
import { didYouMean } from "../../../src/system/did-you-mean.ts";

const WORDS = ["endpoints", "index", "template", "auth", "tls", "batch", "retry", "max_in_flight"];

test.each([
  ["endpont", "endpoints"],
  ["Endpoints", "endpoints"],
  ["idnex", "index"],
  ["tsl", "tls"],
  ["max_inflight", "max_in_flight"],
  ["rettry", "retry"],
])("%s means %s", (word, meant) => {
  expect(didYouMean(word, WORDS)).toBe(meant);
});

test.each(["", "x", "colour", "password", "x".repeat(1000)])("%j means none of them", (word) => {
  expect(didYouMean(word, WORDS)).toBeUndefined();
});

test("of several the nearest is meant", () => {
  expect(didYouMean("showw", ["shower", "show"])).toBe("show");
});
