/**
 * Goal: documents say whom they are put down to, appended to the line's own bytes, and never hold a raw API key.
 * Method: lines in the known layouts and in others, through reader and writer, and into rows.
 */
import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { DocumentRules } from "../../../src/document/read.ts";
import { Attribution } from "../../../src/record/attribution.ts";
import type { RedactionOptions } from "../../../src/record/redaction.ts";
import { documentRules } from "../../support/document-rules.ts";
import { requestLine } from "../../support/documents.ts";
import { readOne } from "./reading.ts";

const HASH = createHmac("sha256", "key").update("sk-123").digest("hex").slice(0, 16);

function rules(redact: RedactionOptions["rules"] = {}, key: string | undefined = "key"): DocumentRules {
  return {
    ...documentRules(redact, key),
    attribution: new Attribution({
      rules: [{ agent: "dev", organization_id: "acme", team: "sales" }],
      keys: { [HASH]: "ci" },
    }),
  };
}

/** As Python writes them, so that the layout is known. */
function serviceLine(members: object): string {
  return JSON.stringify(members).replaceAll('":', '": ').replaceAll(',"', ', "');
}

function documentOf(line: string, with_ = rules()): { json: string; members: Record<string, unknown> } {
  const { json } = readOne(line, { rules: with_ });
  return { json, members: JSON.parse(json) as Record<string, unknown> };
}

describe("attribution", () => {
  it.each([
    ["a request", serviceLine(JSON.parse(requestLine()))],
    ["a request with other members", requestLine({ more: 1 })],
    ["a usage record", serviceLine({ ...JSON.parse(requestLine()), type: "token_usage" })],
  ])("is appended to %s", (_what, line) => {
    const { json, members } = documentOf(line);
    expect(json.startsWith(line.slice(0, -1))).toBe(true);
    expect(members).toMatchObject({ organization_id: "acme", team: "sales" });
    expect(json).not.toContain("api_key");
  });

  it("goes by the agent that the service wrote, also where it is hashed", () => {
    const { members } = documentOf(requestLine(), rules({ agent_id: "hash" }));
    expect(members).toMatchObject({ organization_id: "acme", team: "sales" });
    expect(members["agent_id"]).not.toBe("dev");
  });

  it("leaves what a line says itself where it is, and says nothing of others", () => {
    const { json, members } = documentOf(requestLine({ organization_id: "own" }));
    expect(members).toMatchObject({ organization_id: "own", team: "sales" });
    expect(json.match(/organization_id/g)).toHaveLength(1);
    expect(documentOf(requestLine({ agent_id: "other" })).json).not.toMatch(/organization_id|team/);
  });
});

describe("a raw API key", () => {
  it("is replaced by its hash, where it stood, and named", () => {
    const { json, members } = documentOf('{"ts":"2026-04-03T15:24:51Z","api_key":"sk-123","a":1}');
    expect(json).toMatch(new RegExp(`^{"ts":"2026-04-03T15:24:51Z","api_key_hash":"${HASH}","a":1,`));
    expect(members).toMatchObject({ api_key_alias: "ci" });
  });

  it.each([
    requestLine({ api_key: "sk-123" }),
    requestLine({ "api\u005fkey": "sk-123" }),
    '{"api_key":"sk-0","api_key":"sk-123"}',
    '\ufeff{"api_key" : "sk-123"}\r',
    requestLine({ api_key: "sk-123", event: "retrieval_detail", query: "q", cost: "sk" }),
  ])("is not in the document of %s", (line) => {
    const { json, members } = documentOf(line, rules({ api_key: "keep" }));
    expect(json).not.toMatch(/sk-|"api_key"/);
    expect(members).toMatchObject({ api_key_hash: HASH, api_key_alias: "ci" });
  });

  it("of another shape is hashed as its JSON text", () => {
    const { members } = documentOf('{"api_key":{"id":"sk-1"}}');
    const hash = createHmac("sha256", "key").update('{"id":"sk-1"}').digest("hex").slice(0, 16);
    expect(members).toMatchObject({ api_key_hash: hash });
  });

  it.each(["-", "", null])("that is none, %j, has no hash", (api_key) => {
    expect(documentOf(requestLine({ api_key })).json).not.toContain("api_key");
  });

  it("does not go before a hash of the line's own", () => {
    const { members } = documentOf(requestLine({ api_key: "sk-1", api_key_hash: "00ff" }));
    expect(members).toMatchObject({ api_key_hash: "00ff" });
  });

  it.each([{ api_key: "drop" }, { api_key_hash: "drop" }] as const)("leaves nothing with %j", (redact) => {
    expect(documentOf(requestLine({ api_key: "sk-1" }), rules(redact)).json).not.toContain("api_key");
  });

  it("is left out where there is nothing to hash it with, and somebody is told", () => {
    let told = 0;
    const without = { ...documentRules(), onDroppedKey: () => void told++ };
    expect(documentOf(requestLine({ api_key: "sk-1" }), without).json).not.toMatch(/sk-|api_key/);
    expect(told).toBe(1);
    documentOf(requestLine({ api_key: "-" }), without);
    documentOf(requestLine({ api_key: "sk-1" }), { ...rules(), onDroppedKey: () => void told++ });
    expect(told).toBe(1);
  });
});
