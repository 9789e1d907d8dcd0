/**
 * Goal: each body is put once, a few at a time; the lane hears of each one's fate, and of what stands in the way of all.
 * Method: a store that answers as it is told.
 */
import { expect, test } from "vitest";
import {
  type BodyStore,
  type Obstacle,
  type PutReport,
  unpacked,
} from "../../../../src/sinks/bodies/body-store.ts";
import { BodiesSink } from "../../../../src/sinks/bodies/sink.ts";
import { retrievalLine } from "../../../support/retrieval-lines.ts";
import { bodiesBatch } from "./bodies-of.ts";

const DOWN: Obstacle = { outcome: "unavailable", reason: "http_503", message: "S3 answered 503" };
const DENIED: Obstacle = {
  outcome: "blocked",
  reason: "AccessDenied",
  message: "S3 answered AccessDenied: allow it",
};
const TOO_LARGE: PutReport = {
  outcome: "refused",
  error: { type: "too_large", reason: "too large", isDocumentFault: true },
};

/** Answers no put before as many are under way as it takes at once. */
class ScriptedStore implements BodyStore {
  readonly parallelMax: number;
  readonly put_: string[] = [];
  readonly flushed: string[][] = [];
  unsynced: Obstacle | undefined;
  atOnce = 0;
  mostAtOnce = 0;
  readonly #answers: Readonly<Record<string, PutReport>>;
  readonly #isBusy: Promise<void>;
  #becomeBusy: () => void = () => undefined;

  /** @param answers by the query of a body; all others are stored */
  constructor(answers: Readonly<Record<string, PutReport>> = {}, parallelMax = 1) {
    this.#answers = answers;
    this.parallelMax = parallelMax;
    this.#isBusy = new Promise((resolve) => {
      this.#becomeBusy = resolve;
    });
  }

  async put(_name: string, content: Buffer): Promise<PutReport> {
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.atOnce);
    if (this.atOnce === this.parallelMax) this.#becomeBusy();
    await this.#isBusy;
    const { query } = JSON.parse(String(await unpacked(content)));
    this.put_.push(query);
    this.atOnce--;
    return this.#answers[query] ?? { outcome: "stored" };
  }

  async flush(names: readonly string[]) {
    this.flushed.push([...names]);
    return this.unsynced;
  }

  open = async () => ({ outcome: "ready" as const });
  read = async () => ({ outcome: "missing" as const });
  find = this.read;
  list = async () => ({ outcome: "found" as const, ids: new Set<string>() });
  probe = async () => [{ name: "store", ok: true, message: "it is there" }];
  close = async () => undefined;
}

function deliver(store: BodyStore, ...queries: readonly string[]) {
  const sink = new BodiesSink(store);
  const batch = bodiesBatch(
    sink.payloadBuilder(),
    queries.map((query) => retrievalLine(query, [])),
  );
  return sink.deliver(batch.payload, batch, new AbortController().signal);
}

test("all are stored, and made durable before that is said", async () => {
  const store = new ScriptedStore();
  expect(await deliver(store, "a", "b", "c")).toEqual({ outcome: "stored" });
  expect(store.put_).toEqual(["a", "b", "c"]);
  expect(store.flushed.map((names) => names.length)).toEqual([3]);
});

test("a few are put at once", async () => {
  const store = new ScriptedStore({}, 4);
  expect(await deliver(store, ..."abcdefghij")).toEqual({ outcome: "stored" });
  expect(store.mostAtOnce).toBe(4);
  expect(store.put_.toSorted().join("")).toBe("abcdefghij");
});

test("each has a verdict of its own", async () => {
  const store = new ScriptedStore({ b: { outcome: "duplicate" }, c: TOO_LARGE });
  expect(await deliver(store, "a", "b", "c")).toMatchObject({
    outcome: "judged",
    verdicts: [
      { verdict: "stored" },
      { verdict: "duplicate" },
      { verdict: "refused", error: { type: "too_large" } },
    ],
  });
});

test.each([DOWN, DENIED])("what stands in the way of all is said as it is: $outcome", async (obstacle) => {
  const store = new ScriptedStore({ a: obstacle });
  expect(await deliver(store, "a", "b")).toEqual(obstacle);
  expect(store.put_).toEqual(["a"]);
});

test("what came before an obstacle has its fate, and the rest goes again", async () => {
  expect(await deliver(new ScriptedStore({ b: DOWN }), "a", "b", "c")).toEqual({
    outcome: "judged",
    verdicts: [
      { verdict: "stored" },
      { verdict: "deferred", reason: "http_503" },
      { verdict: "deferred", reason: "http_503" },
    ],
  });
  expect(await deliver(new ScriptedStore({ b: DENIED }), "a", "b")).toMatchObject({
    outcome: "judged",
    verdicts: [
      { verdict: "stored" },
      { verdict: "refused", error: { type: "AccessDenied", isDocumentFault: false } },
    ],
  });
});

test("nothing counts as stored that is not durable", async () => {
  const store = new ScriptedStore();
  store.unsynced = DOWN;
  expect(await deliver(store, "a", "b")).toEqual(DOWN);
});

test("it opens, probes and closes its store", async () => {
  const sink = new BodiesSink(new ScriptedStore());
  expect(await sink.open()).toEqual({ outcome: "ready" });
  expect(await sink.probe(new AbortController().signal)).toHaveLength(1);
  await sink.close();
});
