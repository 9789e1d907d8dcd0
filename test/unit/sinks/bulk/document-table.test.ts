/**
 * Goal: a table keeps its rows when it grows.
 * Method: rows by hand.
 */
import { expect, test } from "vitest";
import { DocumentTable } from "../../../../src/sinks/bulk/document-table.ts";

test("growing makes room for twice as many rows and keeps those that are there", () => {
  const table = new DocumentTable(2);
  table.offsets.set([2 ** 40, 2 ** 53 - 1]);
  table.actionStarts.set([0, 10]);
  table.jsonStarts.set([5, 15]);
  table.lineLengths.set([7, 0]);
  table.grow();
  expect(table.rows).toBe(4);
  expect([...table.offsets]).toEqual([2 ** 40, 2 ** 53 - 1, 0, 0]);
  expect([...table.actionStarts]).toEqual([0, 10, 0, 0]);
  expect([...table.jsonStarts]).toEqual([5, 15, 0, 0]);
  expect([...table.lineLengths]).toEqual([7, 0, 0, 0]);
});
