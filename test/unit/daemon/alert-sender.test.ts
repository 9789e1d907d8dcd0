/**
 * Goal: an alert says which daemon it comes from.
 * Method: configurations with and without a name.
 */
import { hostname } from "node:os";
import { expect, test } from "vitest";
import { alertSender } from "../../../src/daemon/alert-sender.ts";

test("the instance of the configuration, else the host", () => {
  expect(alertSender({ instance: "east", labels: { a: "b" } })).toEqual({
    instance: "east",
    labels: { a: "b" },
  });
  expect(alertSender({ instance: "", labels: {} })).toEqual({ instance: hostname(), labels: {} });
});
