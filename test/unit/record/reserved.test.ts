/**
 * Goal: no member of a line can take the place of one of ours.
 * Method: the published list of names, each plain and dotted.
 */
import { expect, test } from "vitest";
import { isReservedName } from "../../../src/record/reserved.ts";

const OURS = ["@timestamp", "event", "log", "url", "route_group", "cost", "labels", "tags", "original"];
const ATTRIBUTION = ["organization_id", "team", "api_key_hash", "api_key_alias"];

test.each(OURS)("%s is reserved, plain and as the part before the first dot", (name) => {
  expect(isReservedName(name)).toBe(true);
  expect(isReservedName(`${name}.x`)).toBe(true);
  expect(isReservedName(`${name}.x.y`)).toBe(true);
});

test.each(ATTRIBUTION)("%s stays where it is, only a dotted name under it would clash", (name) => {
  expect(isReservedName(name)).toBe(false);
  expect(isReservedName(`${name}.x`)).toBe(true);
});

test.each([
  "ts",
  "path",
  "Event",
  "events",
  "event_",
  "x.event",
  ".event",
  "",
  ".",
  "__proto__",
  "constructor",
])("%j is the line's own", (name) => {
  expect(isReservedName(name)).toBe(false);
});
