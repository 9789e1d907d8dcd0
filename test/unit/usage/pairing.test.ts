/**
 * Goal: a usage record is paired with a request only if no other pairing is possible, whatever order records come in, and
 * only records of the last seconds are kept.
 * Method: the cases one by one; then random crowds, against a count that compares each record with each other.
 */

import { describe, expect, test } from "vitest";
import { PAIR_WITHIN_MS, type PairableRecord, Pairing, type Settled } from "../../../src/usage/pairing.ts";
import { fc, runs } from "../../support/properties.ts";
import { request, START_MS, usage } from "./sample-pairable.ts";

function settle(records: readonly PairableRecord[]): Settled[] {
  const pairing = new Pairing();
  return [...records.flatMap((record) => pairing.add(record)), ...pairing.end()];
}

function outcomes(records: readonly PairableRecord[]): string[] {
  return settle(records).map((settled) =>
    settled.outcome === "paired"
      ? `paired with ${settled.usage.map(({ kind }) => kind).join()}`
      : `${settled.outcome} ${settled.record.kind}`,
  );
}

const later = (ms: number) => ({ timestampMs: START_MS + ms });

describe("pairs", () => {
  test("a request with the usage record before or after it, up to the limit", () => {
    expect(outcomes([usage(later(-PAIR_WITHIN_MS)), request()])).toEqual(["paired with token_usage"]);
    expect(outcomes([request(), usage(later(PAIR_WITHIN_MS))])).toEqual(["paired with token_usage"]);
    expect(outcomes([request(), usage(later(PAIR_WITHIN_MS + 1))])).toEqual([
      "unpaired request",
      "unpaired token_usage",
    ]);
  });

  test("a request with one usage record of each kind", () => {
    expect(outcomes([usage(), usage({ kind: "embedding_usage" }), request()])).toEqual([
      "paired with token_usage,embedding_usage",
    ]);
  });

  test.each([{ agentId: "ops" }, { userId: null }, { urlTemplate: "/memory/dream" }])(
    "nothing that differs in %j",
    (other) => {
      expect(outcomes([request(), usage(other)])).toEqual(["unpaired request", "unpaired token_usage"]);
    },
  );
});

describe("does not guess", () => {
  test("between two requests", () => {
    expect(outcomes([request(), request(later(10)), usage(later(5))])).toEqual([
      "ambiguous request",
      "ambiguous request",
      "ambiguous token_usage",
    ]);
  });

  test("between two usage records of one kind", () => {
    expect(outcomes([usage(), usage(later(1)), request(later(2))])).toEqual([
      "ambiguous token_usage",
      "ambiguous token_usage",
      "ambiguous request",
    ]);
  });

  test("where one of a request's usage records may be another's", () => {
    const embedding = usage({ kind: "embedding_usage", ...later(60) });
    expect(outcomes([usage(later(-20)), request(later(20)), embedding, request(later(100))])).toEqual([
      "ambiguous token_usage",
      "ambiguous request",
      "ambiguous embedding_usage",
      "ambiguous request",
    ]);
  });
});

test("settles records as soon as nothing can come near them", () => {
  const pairing = new Pairing();
  expect(pairing.add(request())).toEqual([]);
  expect(pairing.add(usage(later(5)))).toEqual([]);
  expect(pairing.add(request(later(60_000)))).toEqual([
    { outcome: "paired", request: request(), usage: [usage(later(5))] },
  ]);
});

test("waits for all that can still decide on a record, ten seconds late", () => {
  const chain = [
    usage(),
    request(later(50)),
    usage({ kind: "embedding_usage", ...later(100) }),
    request(later(150)),
  ];
  const [first, second, ...late] = chain as [PairableRecord, PairableRecord, ...PairableRecord[]];
  const other = request({ agentId: "other", ...later(10_100) });
  expect(outcomes([first, second, other, ...late]).sort()).toEqual(
    [...outcomes(chain), "unpaired request"].sort(),
  );
  expect(outcomes(chain)).toContain("ambiguous token_usage");
});

test("begins anew where time jumps back, as from one file to the next", () => {
  const day = 24 * 60 * 60 * 1000;
  expect(outcomes([request(later(day)), usage(later(day + 5)), request(), usage(later(5))])).toEqual([
    "paired with token_usage",
    "paired with token_usage",
  ]);
});

const recordArbitrary = fc
  .record({ agentId: fc.constantFrom("dev", "ops"), ms: fc.nat(1500), kind: fc.nat(2) })
  .map(({ agentId, ms, kind }) => {
    if (kind === 0) return request({ agentId, ...later(ms) });
    return usage({ agentId, ...later(ms), kind: kind === 1 ? "token_usage" : "embedding_usage" });
  });

/** Every record by what becomes of it, found by comparing each with each. */
function expected(records: readonly PairableRecord[]): string[] {
  const near = (one: PairableRecord): PairableRecord[] =>
    records.filter(
      (other) =>
        (one.kind === "request") !== (other.kind === "request") &&
        one.agentId === other.agentId &&
        Math.abs(one.timestampMs - other.timestampMs) <= PAIR_WITHIN_MS,
    );
  const isCertain = (one: PairableRecord): boolean => {
    const requests = near(one);
    return (
      requests.length === 1 && requests.flatMap(near).filter(({ kind }) => kind === one.kind).length === 1
    );
  };
  return records.flatMap((record) => {
    const others = near(record);
    const name = `${record.kind} ${record.agentId} ${record.timestampMs}`;
    if (others.length === 0) return [`unpaired ${name}`];
    const usages = record.kind === "request" ? others : others.flatMap(near);
    const isPaired = usages.every(isCertain) && (record.kind === "request" || isCertain(record));
    if (!isPaired) return [`ambiguous ${name}`];
    return record.kind === "request" ? [`paired ${name} ${others.length}`] : [];
  });
}

test("random crowds are paired as by comparing each with each, in any order within seconds", () => {
  let pairs = 0;
  fc.assert(
    fc.property(fc.array(recordArbitrary, { minLength: 10, maxLength: 60 }), (records) => {
      const found = settle(records).map((settled) => {
        const record = settled.outcome === "paired" ? settled.request : settled.record;
        if (settled.outcome === "paired") pairs += 1;
        const count = settled.outcome === "paired" ? ` ${settled.usage.length}` : "";
        return `${settled.outcome} ${record.kind} ${record.agentId} ${record.timestampMs}${count}`;
      });
      expect(found.sort()).toEqual(expected(records).sort());
    }),
    runs(300),
  );
  expect(pairs).toBeGreaterThan(100);
});
