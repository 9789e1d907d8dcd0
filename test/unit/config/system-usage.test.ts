/**
 * Goal: the section pricing.system has the documented default, and what is said of one list says nothing of the others.
 * Method: the schema alone.
 */
import { expect, it } from "vitest";
import { systemUsage } from "../../../src/config/system-usage.ts";

it("takes programs beside the service for the system, unless told otherwise", () => {
  const paths = ["/pipelines/*"];
  expect(systemUsage.parse({})).toEqual({ agents: [], paths, models: [] });
  expect(systemUsage.parse({ agents: ["digest"] })).toEqual({ agents: ["digest"], paths, models: [] });
  expect(systemUsage.parse({ paths: [] }).paths).toEqual([]);
});
