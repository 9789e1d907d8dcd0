/**
 * Goal: nothing is estimated unless somebody says so, and the end of it is a moment.
 * Method: the schema alone.
 */
import { expect, it } from "vitest";
import { embeddings } from "../../../src/config/embeddings.ts";

it("estimates nothing if nothing is written", () => {
  expect(embeddings.parse({})).toEqual({ estimate: "none" });
});

it.each(["2026-03-01", "2026-03-01T14:30:00+08:00"])("takes %s for the end", (until) => {
  expect(embeddings.parse({ estimate: "calls", until })).toEqual({ estimate: "calls", until });
});

it.each([{ estimate: "tokens" }, { until: "soon" }, { until: "2026-02-30" }])("refuses %j", (written) => {
  expect(embeddings.safeParse(written).success).toBe(false);
});
