/**
 * Goal: the section `bodies` takes what both stores need, with defaults, and refuses what would go wrong later.
 * Method: the schema on settings by hand.
 */
import { expect, test } from "vitest";
import { bodiesOptions } from "../../../../src/sinks/bodies/options.ts";

const S3 = { store: "s3", bucket: "mem0-bodies" };
const CUSTOMER_KEY = Buffer.alloc(32, 7).toString("base64");

test("little has to be said", () => {
  expect(bodiesOptions.parse({ store: "file" })).toEqual({
    store: "file",
    retry: { initial: 500, max: 30_000 },
  });
  expect(bodiesOptions.parse(S3)).toMatchObject({
    ...{ prefix: "bodies", force_path_style: false, sse: {}, max_in_flight: 8, request_timeout: 60_000 },
  });
});

test.each([
  { store: "file", directory: "/var/lib/bodies", retention_days: 30 },
  { ...S3, prefix: "" },
  { ...S3, prefix: "mem0/prod_1/bodies", region: "eu-west-1", endpoint: "http://127.0.0.1:9000" },
  { ...S3, sse: { algorithm: "aws:kms", key_id: "alias/mem0" } },
  { ...S3, sse: { customer_key: CUSTOMER_KEY } },
])("%j is right", (settings) => {
  expect(bodiesOptions.safeParse(settings).success).toBe(true);
});

test.each([
  {},
  { store: "ftp" },
  { store: "s3" },
  { store: "file", bucket: "mem0-bodies" },
  { ...S3, directory: "/var/lib/bodies" },
  { ...S3, bucket: "s3://mem0-bodies" },
  { ...S3, bucket: "Mem0" },
  { ...S3, prefix: "/bodies" },
  { ...S3, prefix: "bodies/" },
  { ...S3, prefix: 'a"b' },
  { ...S3, retention_days: 0 },
  { ...S3, sse: { key_id: "alias/mem0" } },
  { ...S3, sse: { algorithm: "AES256", customer_key: CUSTOMER_KEY } },
  { ...S3, sse: { customer_key: "too short" } },
  { ...S3, sse: { customer_key: Buffer.alloc(16).toString("base64") } },
])("%j is refused", (settings) => {
  expect(bodiesOptions.safeParse(settings).success).toBe(false);
});
