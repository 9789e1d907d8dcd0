/**
 * Goal: records are put down to whom the first matching rule names, and what a line says itself is never overruled.
 * Method: rules and records by hand, with both ways to write the result.
 */
import { describe, expect, it } from "vitest";
import { Attribution, type AttributionOptions } from "../../../src/record/attribution.ts";
import type { AuditRecord } from "../../../src/record/record.ts";

const HASH = "9f86d081884c7d65";

const OPTIONS: AttributionOptions = {
  rules: [
    { agent: "crm-*", user: "*@acme", organization_id: "acme", team: "sales" },
    { agent: "crm-*", organization_id: "others", api_key_alias: "crm" },
    { user: "boss", team: "ünï" },
  ],
  keys: { [HASH]: "ci" },
};

const attribution = new Attribution(OPTIONS);

function membersOf(record: AuditRecord, shipped = record): unknown {
  const attributed = attribution.of(record, shipped);
  if (attributed !== undefined)
    expect(JSON.parse(`{${attributed.json.slice(1)}}`)).toEqual(attributed.members);
  return attributed?.members;
}

describe("a record", () => {
  it.each([
    [
      { agent_id: "crm-1", user_id: "a@acme" },
      { organization_id: "acme", team: "sales" },
    ],
    [
      { agent_id: "crm-1", user_id: "boss" },
      { organization_id: "others", api_key_alias: "crm" },
    ],
    [{ agent_id: "crm-1" }, { organization_id: "others", api_key_alias: "crm" }],
    [{ agent_id: "-", user_id: "boss" }, { team: "ünï" }],
    [{ agent_id: 7, user_id: "boss" }, { team: "ünï" }],
    [{ agent_id: "dev", user_id: "-" }, undefined],
    [{}, undefined],
  ])("%j is given %j", (record, expected) => {
    expect(membersOf(record)).toEqual(expected);
    expect(membersOf(record)).toEqual(expected);
  });

  it("keeps what it says itself, whatever it is", () => {
    const record = { agent_id: "crm-1", user_id: "a@acme", organization_id: null };
    expect(membersOf(record)).toEqual({ team: "sales" });
    expect(membersOf({ ...record, team: 7 })).toBeUndefined();
  });

  it("has the name of its very key before that of a rule", () => {
    const record = { agent_id: "crm-1", user_id: "boss" };
    const shipped = { ...record, api_key_hash: HASH };
    expect(membersOf(record, shipped)).toEqual({ organization_id: "others", api_key_alias: "ci" });
    expect(membersOf({ api_key_hash: HASH })).toEqual({ api_key_alias: "ci" });
    expect(membersOf({ api_key_hash: "00ff" })).toBeUndefined();
    expect(membersOf({ api_key_hash: HASH, api_key_alias: "own" })).toBeUndefined();
  });
});

it("gives what a rule without patterns says to every record", () => {
  const all = new Attribution({ rules: [{ team: "one" }], keys: {} });
  for (const record of [{}, { agent_id: "-" }])
    expect(all.of(record, record)?.members).toEqual({ team: "one" });
});

it("does not remember agents without end", () => {
  for (let number = 0; number < 30_000; number++) membersOf({ agent_id: `a${number}` });
  expect(membersOf({ agent_id: "crm-1" })).toEqual({ organization_id: "others", api_key_alias: "crm" });
});
