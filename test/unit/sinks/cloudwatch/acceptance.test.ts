/**
 * Goal: what the service would drop in silence is refused with a reason, and nothing else is.
 * Method: events around each limit, and answers with each index.
 */
import { describe, expect, it } from "vitest";
import { refusalAfter, refusalBefore } from "../../../../src/sinks/cloudwatch/acceptance.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 3, 3, 12);

function typeBefore(event: { ageMs?: number; bytes?: number }, retentionMs?: number): string | undefined {
  const { ageMs = 0, bytes = 100 } = event;
  const verdict = refusalBefore({ timestampMs: NOW_MS - ageMs, bytes }, NOW_MS, retentionMs);
  if (verdict?.verdict !== "refused") return undefined;
  expect(verdict.error.isDocumentFault).toBe(true);
  return verdict.error.type;
}

describe("before it is sent, an event", () => {
  it.each([
    ["of now", { ageMs: 0 }, undefined],
    ["of 14 days ago", { ageMs: 14 * DAY_MS }, undefined],
    ["within the margin of the clocks", { ageMs: 14 * DAY_MS + 10 * MINUTE_MS }, undefined],
    ["older than that", { ageMs: 14 * DAY_MS + 11 * MINUTE_MS }, "log_event_too_old"],
    ["two hours ahead", { ageMs: -130 * MINUTE_MS }, undefined],
    ["farther ahead", { ageMs: -131 * MINUTE_MS }, "log_event_too_new"],
    ["of 1 MiB", { bytes: 1_048_576 }, undefined],
    ["of more", { bytes: 1_048_577 }, "log_event_too_large"],
  ])("%s is judged: %j", (_, event, type) => {
    expect(typeBefore(event)).toBe(type);
  });

  it("is refused if it is older than the retention of the group, where that is known", () => {
    expect(typeBefore({ ageMs: DAY_MS + 11 * MINUTE_MS }, DAY_MS)).toBe("log_event_expired");
    expect(typeBefore({ ageMs: DAY_MS + 9 * MINUTE_MS }, DAY_MS)).toBeUndefined();
  });
});

describe("after it was sent, an event", () => {
  function typesAfter(rejected: Parameters<typeof refusalAfter>[1]): (string | undefined)[] {
    return [0, 1, 2, 3].map((index) => {
      const verdict = refusalAfter(index, rejected);
      return verdict?.verdict === "refused" ? verdict.error.type.slice("log_event_".length) : undefined;
    });
  }

  it("is stored if the service says nothing about it", () => {
    expect(typesAfter(undefined)).toEqual([undefined, undefined, undefined, undefined]);
    expect(typesAfter({})).toEqual([undefined, undefined, undefined, undefined]);
  });

  it("is refused by the indices of the answer, of which the ends are exclusive", () => {
    expect(typesAfter({ tooOldLogEventEndIndex: 2 })).toEqual(["too_old", "too_old", undefined, undefined]);
    expect(typesAfter({ expiredLogEventEndIndex: 1 })).toEqual(["expired", undefined, undefined, undefined]);
    expect(typesAfter({ tooNewLogEventStartIndex: 3 })).toEqual([undefined, undefined, undefined, "too_new"]);
    expect(
      typesAfter({ tooOldLogEventEndIndex: 1, expiredLogEventEndIndex: 2, tooNewLogEventStartIndex: 3 }),
    ).toEqual(["too_old", "expired", undefined, "too_new"]);
  });
});

it("judges by size alone while the service's time is not known", () => {
  const ancient = { timestampMs: 0, bytes: 100 };
  expect(refusalBefore(ancient, undefined, undefined)).toBeUndefined();
  expect(refusalBefore({ ...ancient, bytes: 2_000_000 }, undefined, undefined)).toMatchObject({
    verdict: "refused",
  });
});
