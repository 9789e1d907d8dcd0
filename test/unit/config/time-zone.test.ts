/**
 * Goal: the time zone of a configuration is one that there is, and is printed as it was written.
 * Method: whole configurations, loaded and printed.
 */
import { expect, test } from "vitest";
import { printConfig } from "../../../src/config/print.ts";
import { configOf, problemsOf, reference } from "./loading.ts";

test("is UTC unless it is said", async () => {
  expect((await configOf("")).time_zone.name).toBe("UTC");
});

test("is the one of its name", async () => {
  const config = await configOf("time_zone: Asia/Shanghai");
  expect(config.time_zone.dayOf(Date.parse("2026-11-21T16:00:00Z"))).toBe(
    Date.UTC(2026, 10, 22) / 86_400_000,
  );
  expect(printConfig(config)).toContain("time_zone: Asia/Shanghai\n");
});

test.each([
  ["Asia/Shangai", 'found "Asia/Shangai"; did you mean Asia/Shanghai?'],
  ["utx", 'found "utx"; did you mean UTC?'],
  ["Mars/Olympus_Mons", 'found "Mars/Olympus_Mons"'],
  ["8", "found 8"],
])("%s is refused", async (written, found) => {
  const [problem, ...others] = await problemsOf(`time_zone: ${written}`);
  expect(others).toEqual([]);
  expect(problem).toMatch(/^config\.yaml:1:12: time_zone: expected a t/);
  expect(problem).toContain(found);
});

test("may come out of the environment, and is not shown if it is wrong", async () => {
  const text = `time_zone: ${reference("ZONE")}`;
  expect((await configOf(text, { environment: { ZONE: "Europe/Berlin" } })).time_zone.name).toBe(
    "Europe/Berlin",
  );
  const [problem] = await problemsOf(text, { environment: { ZONE: "hunter2" } });
  expect(problem).not.toContain("hunter2");
});
