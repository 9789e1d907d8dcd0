/**
 * Goal: the shared options of sinks hold what sinks rely on.
 * Method: what they default to, take and refuse.
 */
import { expect, test } from "vitest";
import { z } from "zod";
import { authOptions, batchOptions, retryOptions, tlsOptions } from "../../../src/sinks/options.ts";

test("an empty mapping means the documented defaults", () => {
  expect(batchOptions.parse({})).toEqual({ max_bytes: 5 * 1024 ** 2, max_records: 5000, max_wait: 200 });
  expect(retryOptions.parse({})).toEqual({ initial: 500, max: 30_000 });
  expect(tlsOptions.parse({})).toEqual({ ca_file: "", cert_file: "", key_file: "", verify: true });
});

const AUTH = authOptions(["basic", "api_key", "bearer", "sigv4"]);

test.each([
  [{ username: "me", password: "pw" }],
  [{ api_key: "key" }],
  [{ bearer: "token" }],
  [{ sigv4: { region: "us-east-1" } }],
])("%j authenticates", (auth) => {
  expect(AUTH.safeParse(auth).success).toBe(true);
});

test.each([
  [{}, "expected one way to authenticate, found none"],
  [{ api_key: "key", bearer: "token" }, "expected one way to authenticate, found 2"],
  [{ username: "me" }, "expected a password beside username"],
  [{ password: "pw" }, "expected a username beside password"],
])("%j is refused", (auth, message) => {
  expect(AUTH.safeParse(auth).error?.issues.map((issue) => issue.message)).toEqual([message]);
});

test("a sink has the keys of its methods only", () => {
  const basic = z.toJSONSchema(authOptions(["basic"]), { io: "input" });
  expect(Object.keys(basic.properties ?? {})).toEqual(["username", "password"]);
  expect(authOptions(["basic"]).safeParse({ bearer: "token" }).success).toBe(false);
});
