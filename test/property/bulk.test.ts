/**
 * Goal: whatever the lines and whatever a server says, no document loses its place, its bytes or its privacy.
 * Method: random lines through builder, payload and parts of it; random answers through the judge.
 */

import { expect, it } from "vitest";
import { DocumentWriter } from "../../src/document/write.ts";
import { BufferPool } from "../../src/sinks/bulk/buffer-pool.ts";
import { parseIndexName } from "../../src/sinks/bulk/index-name.ts";
import type { BulkPayload } from "../../src/sinks/bulk/payload.ts";
import { BulkPayloadBuilder } from "../../src/sinks/bulk/request.ts";
import { reportOnAnswer } from "../../src/sinks/bulk/response.ts";
import { forEachDocument } from "../support/documents.ts";
import { fc } from "../support/properties.ts";
import { answerOf } from "../support/recorded-answers.ts";

const NAME = "audit-2026-04-03.jsonl";
const memberName = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom("ts", "type", "path", "event", "cost", "a.b", "original"),
);
const line = fc
  .dictionary(memberName, fc.jsonValue(), { maxKeys: 6 })
  .map((members) => JSON.stringify(members));
const lines = fc.array(line, { minLength: 1, maxLength: 30 });

/** The payloads that a lane would make of these lines within these limits. */
function payloadsOf(
  texts: readonly string[],
  limits: { recordsMax: number; bytesMax: number },
): BulkPayload[] {
  const writer = new DocumentWriter({ labels: {}, withEventId: false });
  const pool = new BufferPool(limits.bytesMax, 1);
  const builder = new BulkPayloadBuilder(writer, parseIndexName("logs-{yyyy.MM.dd}"), limits, pool);
  const payloads: BulkPayload[] = [];
  const take = () => payloads.push(...[builder.take()].filter((payload) => payload !== undefined));
  forEachDocument(NAME, texts, (document) => {
    if (builder.add(document)) return;
    take();
    expect(builder.add(document)).toBe(true);
  });
  take();
  return payloads;
}

it("every line arrives once, in order, within the limits, under the id of its offset", () => {
  fc.assert(
    fc.property(
      lines,
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 4000 }),
      (texts, recordsMax, bytesMax) => {
        const payloads = payloadsOf(texts, { recordsMax, bytesMax });
        let offset = 0;
        let number = 0;
        for (const payload of payloads) {
          expect(payload.count).toBeLessThanOrEqual(recordsMax);
          if (payload.count > 1) expect(payload.bytes).toBeLessThanOrEqual(bytesMax);
          const body = payload.body().toString().split("\n");
          expect(body).toHaveLength(2 * payload.count + 1);
          for (let index = 0; index < payload.count; index += 1, number += 1) {
            const { create } = JSON.parse(body[2 * index] ?? "");
            expect(create._id.slice(22)).toBe(`-${offset}`);
            expect(payload.offset(index)).toBe(offset);
            expect(JSON.parse(payload.line(index).toString())).toEqual(JSON.parse(texts[number] ?? ""));
            expect(JSON.parse(body[2 * index + 1] ?? "")).toMatchObject({ log: { offset } });
            offset += Buffer.byteLength(texts[number] ?? "") + 1;
          }
        }
        expect(number).toBe(texts.length);
      },
    ),
  );
});

it("a part of a payload holds the same documents as the whole", () => {
  const chosen = fc.uniqueArray(fc.nat(29), { minLength: 1 });
  fc.assert(
    fc.property(lines, chosen, (texts, picks) => {
      const [payload] = payloadsOf(texts, { recordsMax: 100, bytesMax: 10_000_000 });
      if (payload === undefined) return;
      const indices = [...new Set(picks.map((pick) => pick % payload.count))].sort((a, b) => a - b);
      const part = payload.select(indices);
      const body = payload.body().toString().split("\n");
      const expected = indices.flatMap((index) => [body[2 * index], body[2 * index + 1]]);
      expect(part.body().toString().split("\n")).toEqual([...expected, ""]);
      indices.forEach((index, row) => {
        expect(part.offset(row)).toBe(payload.offset(index));
        expect(part.line(row)).toEqual(payload.line(index));
        expect(part.timestamp(row)).toBe(payload.timestamp(index));
      });
    }),
  );
});

const status = fc.oneof(fc.constantFrom(200, 201, 400, 403, 409, 429, 503), fc.jsonValue());
const error = fc.record(
  { type: fc.constantFrom("mapper_parsing_exception", "x", 5), reason: fc.string() },
  { requiredKeys: [] },
);
const item = fc.oneof(
  fc.record({ create: fc.record({ status, error }, { requiredKeys: [] }) }),
  fc.jsonValue(),
);
const body = fc.oneof(
  fc.string(),
  fc.jsonValue().map((value) => JSON.stringify(value)),
  fc
    .record({ errors: fc.boolean(), items: fc.array(item, { maxLength: 6 }) })
    .map((value) => JSON.stringify(value)),
);

it("any answer gives one verdict for each document, or none for all", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 200, max: 599 }),
      body,
      fc.integer({ min: 1, max: 6 }),
      (code, text, count) => {
        const report = reportOnAnswer(answerOf(code, text), count, 0);
        if (report.outcome === "judged") expect(report.verdicts).toHaveLength(count);
        if (code !== 200) expect(["judged", "stored"]).not.toContain(report.outcome);
        if (report.outcome === "stored") expect(JSON.parse(text).items).toHaveLength(count);
      },
    ),
  );
});

it("no reason of an error about a document lets a value through", () => {
  const sentences = [
    (secret: string) =>
      `failed to parse field [a] of type [long] in document with id 'x'. Preview of field's value: '${secret}'`,
    (secret: string) => `failed to parse date field [${secret}] with format [strict_date]`,
    (secret: string) => `For input string: "${secret}"`,
    (secret: string) => secret,
  ];
  const secret = fc.string({ minLength: 3 }).map((text) => `PRIVATE${text}`);
  fc.assert(
    fc.property(secret, fc.constantFrom(...sentences), fc.constantFrom(200, 400), (value, sentence, code) => {
      const failure = { type: "mapper_parsing_exception", reason: sentence(value) };
      const text =
        code === 400
          ? { error: failure }
          : { errors: true, items: [{ create: { status: 400, error: failure } }] };
      expect(JSON.stringify(reportOnAnswer(answerOf(code, text), 1, 0))).not.toContain("PRIVATE");
    }),
  );
});
