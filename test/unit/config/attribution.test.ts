/**
 * Goal: a rule says something, and a key is named by its hash, never by itself.
 * Method: the schema alone.
 */
import { expect, it } from "vitest";
import { attribution } from "../../../src/config/attribution.ts";

it("is empty if nothing is written", () => {
  expect(attribution.parse({})).toEqual({ rules: [], keys: {} });
});

it("takes patterns and hashes", () => {
  const written = {
    rules: [{ agent: "crm-*", team: "sales" }, { organization_id: "acme" }],
    keys: { "9f86d081884c7d65": "ci" },
  };
  expect(attribution.parse(written)).toEqual(written);
});

it.each([
  { rules: [{ agent: "crm-*" }] },
  { rules: [{ agent: "", team: "sales" }] },
  { rules: [{ team: "" }] },
  { keys: { "sk-1234567890": "ci" } },
  { keys: { "9F86D081884C7D65": "ci" } },
])("refuses %j", (written) => {
  expect(attribution.safeParse(written).success).toBe(false);
});
