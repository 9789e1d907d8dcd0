/**
 * Goal: every way to authenticate becomes the right header.
 * Method: one case each.
 */
import { expect, it } from "vitest";
import { authorization, withoutUser } from "../../../../src/sinks/http/credentials.ts";

const base64 = (text: string) => Buffer.from(text).toString("base64");
const PLAIN = new URL("https://a:9200/base");

it.each([
  ["nothing", undefined, undefined],
  ["a user", { username: "me", password: "p:w" }, `Basic ${base64("me:p:w")}`],
  ["a bearer token", { bearer: "token" }, "Bearer token"],
  ["an API key with its id", { api_key: "id:secret" }, `ApiKey ${base64("id:secret")}`],
  ["an encoded API key", { api_key: base64("id:secret") }, `ApiKey ${base64("id:secret")}`],
  ["a signature", { sigv4: { region: "us-east-1", service: "es" as const } }, undefined],
])("%s", (_, auth, expected) => {
  expect(authorization(auth, [PLAIN])).toBe(expected);
});

it("takes a user from an address, unless another way is configured", () => {
  const endpoints = [PLAIN, new URL("https://me:100%25%20sure@b:9200/")];
  expect(authorization(undefined, endpoints)).toBe(`Basic ${base64("me:100% sure")}`);
  expect(authorization({ bearer: "token" }, endpoints)).toBe("Bearer token");
  expect(authorization(undefined, [new URL("https://me:100%@b")])).toBe(`Basic ${base64("me:100%")}`);
});

it("leaves the user out of an address", () => {
  expect(withoutUser(new URL("https://me:pw@a:9200/base?x#y")).href).toBe("https://a:9200/base");
});
