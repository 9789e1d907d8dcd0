/**
 * Goal: the simulation finds a tail that takes a rewritten file for the one it has read.
 * Method: the check of the bytes before the offset is replaced by one that is always content.
 */
import { expect, test, vi } from "vitest";
import { firstFailure, seedsFrom } from "../support/sim/seeds.ts";

vi.mock("../../src/tail/tracked-file.ts", async (importOriginal) => {
  const original = await importOriginal<typeof import("../../src/tail/tracked-file.ts")>();
  const readHistory: typeof original.readHistory = async (file, offset) => {
    const length = Math.min(offset, 4096);
    const history = await original.readFully(file, offset - length, length);
    return history.length === length ? history : undefined;
  };
  return { ...original, readHistory };
});

test("the simulation finds a hash that is not checked", async () => {
  const failed = await firstFailure(seedsFrom(0, 300));
  expect(failed?.failure).toMatch(/is lost|has no fate|fits none of the contents/);
});
