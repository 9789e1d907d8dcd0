/** Which fault the server commits at which request: drawn by weight from a seed, and counted. */
import { pick } from "../../src/cli/demo/chance.ts";
import type { Random } from "../../src/system/random.ts";

export const FAULTS = [
  /** The whole request is put off. */
  "too_many_requests",
  "unavailable",
  /** A proxy's error page. */
  "bad_gateway_html",
  /** A proxy's page with status 200: the server never saw the request. */
  "ok_html",
  "cut_before_reading",
  "cut_in_request",
  /** Done, but the connection ends before the first byte of the answer. */
  "answer_lost",
  /** Done, but the connection ends in the middle of the answer. */
  "cut_in_answer",
  /** Done, but the answer is half a JSON document. */
  "truncated_answer",
  /** Half of the documents are stored, then the server says 503. */
  "half_stored",
  /** Single documents get 429 or 503. */
  "item_errors",
  /** Done, after a pause. */
  "slow",
] as const;

export type Fault = (typeof FAULTS)[number];

export interface FaultPlan {
  /** The fault of the next request. */
  next(): Fault | "none";
}

/** All goes well. */
export const NO_FAULTS: FaultPlan = { next: () => "none" };

/** All faults are equally likely, `share` of the requests have one. */
export function anyFault(random: Random, share: number): FaultPlan {
  const none = { weight: ((1 - share) / share) * FAULTS.length, fault: "none" as const };
  const entries = [none, ...FAULTS.map((fault) => ({ weight: 1, fault }))];
  return { next: () => pick(random, entries).fault };
}

/** These faults, one for each request, then none. */
export function faultsInOrder(...faults: readonly (Fault | "none")[]): FaultPlan {
  const rest = [...faults];
  return { next: () => rest.shift() ?? "none" };
}
