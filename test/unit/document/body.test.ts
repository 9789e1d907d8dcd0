/**
 * Goal: the private part of a retrieval detail has one name and one hash, whoever reads the line and by whatever rules;
 * documents refer to it and hold nothing of it.
 * Method: lines by hand, read with and without bodies.
 */
import { createHash, createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { type Body, bodyHash } from "../../../src/document/body.ts";
import { DocumentReader, type DocumentRules } from "../../../src/document/read.ts";
import { documentId } from "../../../src/tail/generation.ts";
import { blockOf } from "../../support/block.ts";
import { documentRules } from "../../support/document-rules.ts";
import { requestLine } from "../../support/documents.ts";
import { retrievalLine } from "../../support/retrieval-lines.ts";
import { generationOf, readLines, readOne } from "./reading.ts";

const PLACE = "s3://mem0-bodies/bodies/";
const LINE = retrievalLine("Wo ist 😀?", ["im Schrank"], { trace: "t" });
const FILE = "audit-2026-04-03.jsonl";
const ID = documentId(generationOf(FILE, Buffer.from(`${LINE}\n`)), 0);

function rules(bodies: DocumentRules["bodies"] = { place: PLACE, key: undefined }): DocumentRules {
  return { ...documentRules(), bodies };
}

/** The body of the one line. */
function bodyOf(line: string, readBy = rules(), name = FILE): Body | undefined {
  const bytes = Buffer.from(`${line}\n`);
  const block = blockOf(generationOf(name, bytes), bytes);
  const reader = new DocumentReader(block, "2026-04-01T00:00:00Z", readBy);
  expect(reader.read()).toBe("document");
  return reader.document.body;
}

describe("a body", () => {
  test("holds what the service wrote of the query and its results, and where it wrote it", () => {
    const { query, results } = JSON.parse(LINE);
    expect(bodyOf(LINE)?.json()).toBe(
      JSON.stringify({
        ...{ id: ID, "@timestamp": "2026-04-03T15:24:51.973471+00:00", file: FILE, offset: 0 },
        ...{ query, results },
      }),
    );
  });

  test("is the same whatever redaction says", () => {
    const kept = {
      ...documentRules({ query: "keep", "results[].memory": "hash" }, "key"),
      bodies: rules().bodies,
    };
    expect(bodyOf(LINE, kept)?.json()).toBe(bodyOf(LINE)?.json());
  });

  test("lacks what the line lacks", () => {
    const line = JSON.stringify({ event: "retrieval_detail", query: null });
    expect(Object.keys(JSON.parse(bodyOf(line)?.json() ?? ""))).toEqual([
      ...["id", "@timestamp", "file", "offset", "query"],
    ]);
  });

  test("is named by the day of its file, and by that of the record where the file's name has none", () => {
    expect(bodyOf(LINE)?.name).toBe(`2026-04-03/${ID}.json.gz`);
    expect(
      bodyOf(retrievalLine("q", [], { ts: "2026-04-05T23:30:00-02:00" }), rules(), "audit.jsonl")?.name,
    ).toMatch(/^2026-04-06\/[\w-]{22}-0\.json\.gz$/);
    expect(bodyOf(retrievalLine("q", [], { ts: "soon" }), rules(), "audit.jsonl")?.name).toMatch(
      /^2026-04-01\//,
    );
  });

  test("has the SHA-256 of what is stored, or its HMAC, so that a short query cannot be guessed", () => {
    const json = bodyOf(LINE)?.json() ?? "";
    expect(bodyOf(LINE)?.hash()).toBe(createHash("sha256").update(json).digest("hex"));
    const keyed = bodyOf(LINE, rules({ place: PLACE, key: "secret" }));
    expect(keyed?.hash()).toBe(createHmac("sha256", "secret").update(json).digest("hex"));
    expect(bodyHash(Buffer.from(json), "secret")).toBe(keyed?.hash());
  });

  test.each([
    ["a request", requestLine()],
    ["a request with a query", requestLine({ query: "q", unusual: true })],
    ["another event", JSON.stringify({ event: "other", query: "q" })],
    ["a type of its own", JSON.stringify({ type: "x", event: "retrieval_detail", query: "q" })],
  ])("is not made of %s", (_, line) => {
    expect(bodyOf(line)).toBeUndefined();
  });

  test("is not made where none are kept", () => {
    expect(bodyOf(LINE, documentRules())).toBeUndefined();
  });

  test("is that of its own line, whatever stands before and after", () => {
    const lines = [requestLine(), LINE, requestLine(), retrievalLine("other", [])];
    const documents = readLines(`${lines.join("\n")}\n`, { rules: rules() }).map((read) =>
      JSON.parse((read as { json: string }).json),
    );
    expect(documents.map(({ event }) => event.reference !== undefined)).toEqual([false, true, false, true]);
    expect(documents[1].event.reference).toContain(`-${documents[1].log.offset}.json.gz`);
  });
});

describe("a document with a body", () => {
  test("says where it is and what its hash is, and is otherwise as before", () => {
    const before = JSON.parse(readOne(LINE).json);
    const { json } = readOne(LINE, { rules: rules() });
    const body = bodyOf(LINE);
    const event = { kind: "retrieval_detail", reference: body?.reference, hash: body?.hash() };
    expect(JSON.parse(json)).toEqual({ ...before, event });
    expect(Object.keys(JSON.parse(json))).toEqual(Object.keys(before));
    expect(json).not.toMatch(/Wo ist|Schrank/);
    expect(event.reference).toBe(`${PLACE}2026-04-03/${ID}.json.gz`);
  });

  test("has its id besides where the destination takes none", () => {
    const { json } = readOne(LINE, { rules: rules(), writer: { withEventId: true } });
    expect(Object.keys(JSON.parse(json).event)).toEqual(["kind", "id", "reference", "hash"]);
  });

  test("ships a text that a rule keeps, beside the body", () => {
    const readBy = { ...documentRules({ query: "keep" }), bodies: rules().bodies };
    expect(JSON.parse(readOne(LINE, { rules: readBy }).json)).toMatchObject({
      query: "Wo ist 😀?",
      event: { hash: bodyOf(LINE)?.hash() },
    });
  });
});
