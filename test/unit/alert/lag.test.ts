/**
 * Goal: a sink that lines wait for is an alert of its own, and a restart does not end it.
 * Method: lanes in every state.
 */
import { expect, test } from "vitest";
import { judgeLag } from "../../../src/alert/lag.ts";
import { laneFile, laneSnapshot } from "./lanes.ts";

const LIMIT_MS = 300_000;
const NONE = { stored: 0, duplicate: 0, deadLetter: 0, skipped: 0 };

test.each([
  ["nothing waits", {}, "clear"],
  ["just at the limit", { oldestUnackedSeconds: 300 }, "lingering"],
  ["above it", { oldestUnackedSeconds: 301 }, "breached"],
  ["well below it again", { oldestUnackedSeconds: 239 }, "clear"],
  ["just started, nothing delivered yet", { files: [laneFile(0)], fates: NONE }, "lingering"],
  ["just started, no file seen yet", { files: [], fates: NONE }, "lingering"],
  ["just started, all there already", { fates: NONE }, "clear"],
  ["working through a backlog", { files: [laneFile(10)] }, "clear"],
])("%s", (_, changes, level) => {
  expect(judgeLag(LIMIT_MS, [laneSnapshot(changes)]).findings).toMatchObject([{ level }]);
});

test("each sink has its own alert, which names it and its last error", () => {
  const lanes = [
    laneSnapshot({ oldestUnackedSeconds: 400, lastError: "search answers 503" }),
    laneSnapshot({ name: "logs" }),
  ];
  const { findings, others } = judgeLag(LIMIT_MS, lanes);
  expect(findings.map(({ fingerprint }) => fingerprint)).toEqual(["lag:search", "lag:logs"]);
  expect(findings[0]?.text).toBe(
    "The oldest line waits for 400 s; the limit is 300 s. Its last error: search answers 503. See: mem0-audit-shipper status",
  );
  expect(others.level).toBe("clear");
});
