/**
 * Goal: what a server shows is compared as it means it, whatever it adds and however it writes values.
 * Method: tables of pairs.
 */
import { describe, expect, it } from "vitest";
import { covers, merged, objectOf, without } from "../../../../../src/sinks/bulk/setup/difference.ts";

describe("covers", () => {
  it.each([
    ["a number that is written as a text", { shards: "1" }, { shards: 1 }],
    ["a boolean that is written as a text", { dynamic: "false" }, { dynamic: false }],
    ["defaults that the server adds", { delete: { snapshot: true } }, { delete: {} }],
    ["a list of the same", [{ a: 1, b: 2 }], [{ a: 1 }]],
    ["nothing wanted", { a: 1 }, {}],
  ])("accepts %s", (_, found, wanted) => {
    expect(covers(found, wanted)).toBe(true);
  });

  it.each([
    ["another value", { a: 1 }, { a: 2 }],
    ["a member that is missing", {}, { a: {} }],
    ["a value in the place of an object", { a: "x" }, { a: {} }],
    ["a longer list", ["a", "b"], ["a"]],
    ["a shorter list", [], ["a"]],
    ["a list in the place of an object", { a: [] }, { a: {} }],
    ["an object in the place of a list", {}, []],
    ["nothing at all", undefined, {}],
  ])("refuses %s", (_, found, wanted) => {
    expect(covers(found, wanted)).toBe(false);
  });
});

describe("merged", () => {
  it("has the members of both, at every depth, and those of the second where both speak", () => {
    const weaker = { a: { kept: 1, both: "weak" }, list: [1, 2] };
    const stronger = { a: { both: "strong" }, list: [3], b: 4 };
    expect(merged(weaker, stronger)).toEqual({ a: { kept: 1, both: "strong" }, list: [3], b: 4 });
  });

  it("takes anything but an object for nothing", () => {
    expect(merged(undefined, { a: 1 })).toEqual({ a: 1 });
    expect(merged([1], { a: 1 })).toEqual({ a: 1 });
    expect(objectOf(null)).toEqual({});
  });
});

it("without leaves one member out of a copy", () => {
  const value = { a: 1, b: 2 };
  expect(without(value, "a")).toEqual({ b: 2 });
  expect(value).toEqual({ a: 1, b: 2 });
  expect(without(undefined, "a")).toEqual({});
});
