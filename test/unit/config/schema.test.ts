/**
 * Goal: the settings of every kind of sink can be written back, and what people write is what is decoded.
 * Method: parse and encode through the whole schema.
 */
import { expect, test } from "vitest";
import { z } from "zod";
import { settingsSchema } from "../../../src/config/schema.ts";

test("the shortest settings decode to all defaults, and encode to what decodes the same", () => {
  const settings = settingsSchema.parse({
    sinks: { search: { type: "opensearch", endpoints: ["https://host:9200"] } },
  });
  expect(settings.sinks["search"]).toMatchObject({ type: "opensearch", max_in_flight: 2 });
  const written = z.encode(settingsSchema, settings);
  expect(written.shutdown_timeout).toBe("20s");
  expect(written.http?.listen).toBe("127.0.0.1:8231");
  expect(settingsSchema.parse(written)).toEqual(settings);
});

test.each(["a", "a-b_c9", "0", "x".repeat(64)])("a sink may be named %s", (name) => {
  const sinks = { [name]: { type: "opensearch", endpoints: ["https://host"] } };
  expect(settingsSchema.safeParse({ sinks }).success).toBe(true);
});

test.each(["local", "", "A", "a b", "a/b", "..", "-a", "x".repeat(65)])(
  "a sink may not be named %j",
  (name) => {
    const sinks = { [name]: { type: "opensearch", endpoints: ["https://host"] } };
    expect(settingsSchema.safeParse({ sinks }).success).toBe(false);
  },
);
