/**
 * Goal: the fast way never judges a line otherwise than JSON.parse and the general way would.
 * Method: lines of the two layouts with random values, then with a random change of a character or two.
 */

import { expect, it } from "vitest";
import { readKnownLine } from "../../src/record/known-layout.ts";
import { kindOf } from "../../src/record/record.ts";
import { routeOf } from "../../src/record/route.ts";
import { parseTimestampMs } from "../../src/record/timestamp.ts";
import { fc, runs } from "../support/properties.ts";

const text = fc.oneof(
  { weight: 30, arbitrary: fc.stringMatching(/^[a-z0-9/_.-]{0,12}$/) },
  fc.string({ unit: "grapheme-ascii", maxLength: 12 }),
  fc.string({ unit: "binary", maxLength: 6 }),
  fc.constantFrom("-", "/memory/add", "POST", "DELETE", "", "漢字", "\u2028", "\x7f", "é"),
);
const count = fc.oneof(
  { weight: 20, arbitrary: fc.nat(100_000) },
  fc.maxSafeNat(),
  fc.constantFrom(-1, 0.5, 1e21, "1", null, "01"),
);
const ts = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.date({ min: new Date(0), noInvalidDate: true }).map((date) => date.toISOString()),
  },
  fc
    .tuple(fc.nat(9999), fc.nat(13), fc.nat(32), fc.nat(25), fc.nat(61), fc.nat(60), fc.nat(1e9))
    .map(([year, month, day, hour, minute, second, fraction]) => {
      const [m, d, h, min, s] = [month, day, hour, minute, second].map((part) =>
        String(part).padStart(2, "0"),
      );
      return `${String(year).padStart(4, "0")}-${m}-${d}T${h}:${min}:${s}.${fraction}+00:00`;
    }),
);
const request = fc
  .record({
    ts,
    method: text,
    path: text,
    status: count,
    elapsed_ms: count,
    ip: text,
    agent_id: text,
    user_id: text,
  })
  .map(pythonJson);
const usage = fc
  .record({
    ...{ ts, type: fc.constantFrom("token_usage", "embedding_usage", "x"), path: text, agent_id: text },
    ...{ user_id: text, llm_calls: count, input_tokens: count, output_tokens: count, total_tokens: count },
  })
  .map(pythonJson);

/** As the service writes it: spaces after colon and comma, raw UTF-8. */
function pythonJson(members: Readonly<Record<string, unknown>>): string {
  const parts = Object.entries(members).map(
    ([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`,
  );
  return `{${parts.join(", ")}}`;
}

const change = fc.record({
  at: fc.nat(300),
  removed: fc.nat(3),
  put: fc.oneof(fc.constantFrom("", '"', "\\", ",", "}", " ", "0", "é", "\0", ': 1, "type": "x"'), text),
});
const nearMiss = fc
  .tuple(fc.oneof(request, usage), fc.array(change, { maxLength: 2 }))
  .map(([line, changes]) =>
    changes.reduce((before, { at, removed, put }) => {
      const place = at % (before.length + 1);
      return before.slice(0, place) + put + before.slice(place + removed);
    }, line),
  );

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

it("a line that the fast way takes is read as the general way reads it", () => {
  let taken = 0;
  fc.assert(
    fc.property(nearMiss, fc.string({ maxLength: 5 }), (line, before) => {
      const bytes = Buffer.from(`${before}${line}\n`);
      const start = Buffer.byteLength(before);
      const found = readKnownLine(bytes.toString("latin1"), start);
      if (found === undefined) return;
      taken++;
      // The line ends at its first newline: a change may have put one into the middle.
      const end = bytes.indexOf(0x0a, start);
      const record = parse(bytes.toString("utf8", start, end)) as Record<string, unknown>;
      expect(found.nextStart).toBe(end + 1);
      expect(record).toBeTypeOf("object");
      expect(found.kind).toBe(kindOf(record));
      expect(found.timestamp).toBe(record["ts"]);
      const isOnlyTheDayOpen =
        parseTimestampMs(found.timestamp.replace(/^.{10}/, "2026-01-01")) !== undefined;
      expect(isOnlyTheDayOpen).toBe(true);
      expect(routeOf(found.method, found.path)).toEqual(routeOf(record["method"], record["path"]));
      if (found.record !== undefined) expect(found.record).toEqual(record);
    }),
    runs(6000),
  );
  expect(taken).toBeGreaterThan(200);
});
