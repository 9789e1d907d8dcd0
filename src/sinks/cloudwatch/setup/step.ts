/** One step of a plan on AWS: looks by one function, changes by sending what that found to be missing. */
import { type PlannedRequest, SetupFault, type SetupState, type SetupStep } from "../../setup.ts";
import type { Aws, Change } from "./aws.ts";

/**
 * A step that is examined by `examine`. Where that cannot look, the step is refused with the fault's sentence.
 *
 * @param examine gives {@link Change}s as its requests, nothing else
 */
export function awsStep(
  aws: Aws,
  title: string,
  examine: (signal: AbortSignal) => Promise<SetupState>,
): SetupStep {
  return {
    title,
    examine: async (signal) => {
      try {
        return await examine(signal);
      } catch (fault) {
        if (fault instanceof SetupFault) return { state: "refused", message: fault.message };
        throw fault;
      }
    },
    apply: async (requests: readonly PlannedRequest[], signal) => {
      for (const request of requests) await aws.change(request as Change, signal);
    },
  };
}

/** The state of something that needs these changes; `isThere` says whether any of it exists. */
export function stateOf(isThere: boolean, requests: readonly Change[]): SetupState {
  if (requests.length === 0) return { state: "present" };
  return { state: isThere ? "different" : "missing", requests };
}

/**
 * True if `actual` has all that `expected` says, at any depth. Members that only AWS knows (times, ARNs) don't
 * count, and a list that is left out is an empty one.
 */
export function fulfils(actual: unknown, expected: unknown): boolean {
  if (Array.isArray(expected)) {
    const items: unknown[] = Array.isArray(actual) ? actual : [];
    return items.length === expected.length && expected.every((one, index) => fulfils(items[index], one));
  }
  if (typeof expected === "object" && expected !== null) {
    if (typeof actual !== "object" || actual === null) return false;
    const members = new Map<string, unknown>(Object.entries(actual));
    return Object.entries(expected).every(([name, value]) => fulfils(members.get(name), value));
  }
  return actual === expected;
}
