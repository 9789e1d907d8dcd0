/**
 * Goal: indices that cannot be added up are refused by name, before a figure is wrong.
 * Method: scripted field capabilities.
 */
import { expect, test } from "vitest";
import { FIELD_TYPES } from "../../../../../src/sinks/bulk/usage/fields.ts";
import { requireMapping } from "../../../../../src/sinks/bulk/usage/mapping.ts";
import { IndexReader } from "../../../../../src/sinks/bulk/usage/reader.ts";
import { scriptedTransport } from "../../../../support/scripted-transport.ts";

type Found = Readonly<Record<string, { readonly indices?: readonly string[] }>>;

const isOurs = (index: string) => index.startsWith("audit-2");

function requireOf(
  changes: Readonly<Record<string, Found | undefined>>,
  indices = ["audit-x", "audit-21", "audit-22"],
) {
  const fields = Object.fromEntries(
    Object.entries(FIELD_TYPES).map(([field, [type = ""]]) => [field, { [type]: {} }]),
  );
  const body = Buffer.from(JSON.stringify({ indices, fields: { ...fields, ...changes } }));
  const transport = scriptedTransport(() => ({ status: 200, headers: {}, body }));
  return requireMapping(new IndexReader(transport, "audit-*"), isOurs);
}

test("indices of our template pass, and those of others are told", async () => {
  expect(await requireOf({})).toEqual(["audit-x"]);
});

test("a field that the server guessed is refused, with an index that has it", async () => {
  const byType = { keyword: { indices: ["audit-21"] }, text: { indices: ["audit-x", "audit-22"] } };
  await expect(requireOf({ "event.kind": byType })).rejects.toThrow(
    "the index audit-22 cannot be added up, since its field event.kind is text instead of keyword",
  );
});

test("a field that is missing in one index, or in all, is refused", async () => {
  const inOne = { long: { indices: ["audit-21"] }, unmapped: { indices: ["audit-22"] } };
  await expect(requireOf({ status: inOne })).rejects.toThrow(
    "audit-22 cannot be added up, since its field status is not mapped",
  );
  await expect(requireOf({ status: undefined })).rejects.toThrow(
    "audit-21 cannot be added up, since its field status is not mapped",
  );
});

test("what others have mapped is theirs", async () => {
  const theirs = { long: { indices: ["audit-21", "audit-22"] }, text: { indices: ["audit-x"] } };
  expect(await requireOf({ status: theirs })).toEqual(["audit-x"]);
});

test.each([[[]], [["audit-x"]]])("of the indices %j none is ours, which is a fault", async (indices) => {
  await expect(requireOf({}, indices)).rejects.toThrow("there is no index audit-* that this user may read");
});
