/**
 * Goal: buffers are used again, but no more of them are kept than asked for.
 * Method: identities of buffers taken and given.
 */
import { expect, it } from "vitest";
import { BufferPool } from "../../../../src/sinks/bulk/buffer-pool.ts";

it("hands out a buffer again that was given back", () => {
  const pool = new BufferPool(1000, 2);
  const buffer = pool.take(10);
  expect(buffer.length).toBe(1000);
  expect(pool.take(10)).not.toBe(buffer);
  pool.give(buffer);
  expect(pool.take(1000)).toBe(buffer);
});

it("makes a buffer of its own for a larger body, and does not keep it", () => {
  const pool = new BufferPool(1000, 2);
  const large = pool.take(1001);
  expect(large.length).toBe(1001);
  pool.give(large);
  expect(pool.take(1001)).not.toBe(large);
  expect(pool.take(1).length).toBe(1000);
});

it("keeps no more than it may", () => {
  const pool = new BufferPool(1000, 1);
  const [first, second] = [pool.take(1), pool.take(1)];
  pool.give(first);
  pool.give(second);
  expect(pool.take(1)).toBe(first);
  expect(pool.take(1)).not.toBe(second);
});
