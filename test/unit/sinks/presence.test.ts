/**
 * Goal: a fault tells whether it makes sense to ask again, and when.
 * Method: reports of both kinds.
 */
import { expect, test } from "vitest";
import { PresenceFault } from "../../../src/sinks/presence.ts";

test("what is unavailable may pass, at the wish of the destination later", () => {
  const report = { outcome: "unavailable", reason: "throttled", message: "later" } as const;
  expect(new PresenceFault({ ...report, retryAfterMs: 2000 })).toMatchObject({
    ...{ message: "later", isPassing: true, retryAfterMs: 2000 },
  });
  expect(new PresenceFault(report).retryAfterMs).toBe(0);
});

test("what is blocked does not pass by itself", () => {
  const fault = new PresenceFault({ outcome: "blocked", reason: "http_403", message: "forbidden" });
  expect(fault).toMatchObject({ message: "forbidden", isPassing: false, retryAfterMs: 0 });
});
