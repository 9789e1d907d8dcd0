/**
 * Goal: nothing has to be configured, and mistakes are told where they are made.
 * Method: parsing.
 */
import { describe, expect, it } from "vitest";
import { cloudWatchOptions } from "../../../../src/sinks/cloudwatch/options.ts";

describe("the options of a sink of type cloudwatch", () => {
  it("all have defaults", () => {
    expect(cloudWatchOptions.parse({})).toMatchObject({
      log_group: "/mem0/audit-logs",
      log_stream: "{instance_id}",
      create: true,
      metrics: "none",
      batch: { max_bytes: 1_048_576, max_records: 10_000, max_wait: 1000 },
      max_in_flight: 2,
      request_timeout: 60_000,
      read_back: { interval: 5000, max: 30_000 },
    });
    expect(cloudWatchOptions.parse({}).retention_days).toBeUndefined();
  });

  it.each([
    [{ log_group: "" }, "log_group"],
    [{ log_group: "audit logs" }, "log_group"],
    [{ log_group: "aws/mem0" }, "log_group"],
    [{ log_group: "a".repeat(513) }, "log_group"],
    [{ log_stream: "a:b" }, "log_stream"],
    [{ log_stream: "a*" }, "log_stream"],
    [{ log_stream: "{host}" }, "log_stream"],
    [{ log_stream: "" }, "log_stream"],
    [{ region: "US East" }, "region"],
    [{ endpoint: "logs.us-east-1.amazonaws.com" }, "endpoint"],
    [{ retention_days: 31 }, "retention_days"],
    [{ metrics: "all" }, "metrics"],
    [{ batch: { max_bytes: "2MiB" } }, "batch"],
    [{ batch: { max_records: 10_001 } }, "batch"],
  ])("refuse %j at %s", (configuration, key) => {
    const { error } = cloudWatchOptions.safeParse(configuration);
    expect(new Set(error?.issues.map(({ path }) => path[0]))).toEqual(new Set([key]));
  });

  it.each(["{instance_id}", "{hostname}-{date}", "audit", "a/b c"])("take the stream %s", (log_stream) => {
    expect(cloudWatchOptions.safeParse({ log_stream }).success).toBe(true);
  });
});
