/**
 * Goal: what alerts remember survives a restart, and a damaged file never stops a start.
 * Method: states written and read, and files of other content.
 */
import { expect, test } from "vitest";
import { newState, readAlertState, writeAlertState } from "../../../src/alert/state-file.ts";
import { NOON_MS, notification } from "./finding.ts";

const read = (content: string | undefined) =>
  readAlertState("alerts.json", {
    readWhole: async () => (content === undefined ? undefined : Buffer.from(content)),
  });

test("what is written is read", async () => {
  const waiting = { hook: { news: [notification()], problem: "answered 500" } };
  const state = { ...newState(NOON_MS, true), waiting, minutes: [[1, 2, 3] as [number, number, number]] };
  let written = "";
  await writeAlertState("alerts.json", state, {
    replace: async (_, content) => {
      written = String(content);
    },
  });
  expect(await read(written)).toEqual(state);
});

test("there may be none", async () => {
  expect(await read(undefined)).toBe("none");
});

test.each(["", "{", "null", '{"version":2}', JSON.stringify({ ...newState(0, false), memory: {} })])(
  "%j is damaged",
  async (content) => {
    expect(await read(content)).toBe("damaged");
  },
);

test("a file that cannot be read is damaged, too", async () => {
  const readWhole = () => Promise.reject(new Error("EACCES"));
  expect(await readAlertState("alerts.json", { readWhole })).toBe("damaged");
});
