/**
 * Goal: what begins above a limit is over well below it, and rules say what they do.
 * Method: values around the limit; reports as rules make them.
 */
import { expect, test } from "vitest";
import { levelOf, noJudgement, report, switchedOff } from "../../../src/alert/alert.ts";

test.each([
  [0.0501, "breached"],
  [0.05, "lingering"],
  [0.04, "lingering"],
  [0.0399, "clear"],
])("%d against 0.05 is %s", (value, level) => {
  expect(levelOf(value, 0.05)).toBe(level);
});

test("a report fires at once and leaves what it does not name, unless it says otherwise", () => {
  expect(report("lag", [])).toMatchObject({ consecutive: 1, others: { level: "unchanged" } });
  expect(report("lag", [], { consecutive: 2 })).toMatchObject({ consecutive: 2 });
});

test("a rule that cannot judge leaves everything as it is, one that is off ends what it fired", () => {
  const status = { state: "warming_up", note: "24 hours are needed" } as const;
  expect(noJudgement("spike", status)).toMatchObject({
    findings: [],
    others: { level: "unchanged" },
    status,
  });
  expect(switchedOff("spike", "it is switched off")).toMatchObject({
    others: { level: "clear", text: "The rule spike does not watch any more: it is switched off." },
    status: { state: "off" },
  });
});
