/**
 * Goal: no user and password of a URL is ever shown.
 * Method: a table of texts.
 */
import { expect, test } from "vitest";
import { z } from "zod";
import { MASK, maskUserInfo, secret } from "../../../src/system/secret.ts";

test.each([
  ["https://me:pw@host:9200/x", `https://${MASK}@host:9200/x`],
  ["https://me@host", `https://${MASK}@host`],
  ["postgres://me:p@ss@host/db and http://a:b@c", `postgres://${MASK}@host/db and http://${MASK}@c`],
  ["https://host/path?mail=a@b", "https://host/path?mail=a@b"],
  ["a@b", "a@b"],
])("%s", (text, masked) => {
  expect(maskUserInfo(text)).toBe(masked);
});

test("a secret is marked in the JSON Schema and is not empty", () => {
  expect(z.toJSONSchema(secret("A key."))).toMatchObject({ writeOnly: true, description: "A key." });
  expect(secret("A key.").safeParse("").success).toBe(false);
});
