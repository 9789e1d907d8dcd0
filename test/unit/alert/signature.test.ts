/**
 * Goal: a receiver that follows docs/alerts.md can tell our messages from others, and old ones from fresh ones.
 * Method: the snippet of the page is run against messages of the channel, and against changed ones.
 */
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { signatureOf } from "../../../src/alert/signature.ts";
import { NOON_MS } from "./finding.ts";

type IsGenuine = (header: string, body: string, secret: string, nowSeconds: number) => boolean;

/** The function of the page, as a receiver would copy it. */
async function snippet(): Promise<IsGenuine> {
  const [, code = ""] = /```js\n([\s\S]*?)```/.exec(readFileSync("docs/alerts.md", "utf8")) ?? [];
  const module = await import(`data:text/javascript;base64,${Buffer.from(code).toString("base64")}`);
  return module.isGenuine as IsGenuine;
}

test("the signature is the HMAC of seconds, a dot and the body", () => {
  const hex = createHmac("sha256", "key").update('1795262400.{"a":"ü"}').digest("hex");
  expect(signatureOf('{"a":"ü"}', "key", NOON_MS + 999)).toBe(`t=1795262400,v1=${hex}`);
});

test("the snippet takes what is genuine and fresh, and nothing else", async () => {
  const isGenuine = await snippet();
  const header = signatureOf("body", "key", NOON_MS);
  const now = NOON_MS / 1000;
  expect(isGenuine(header, "body", "key", now + 60)).toBe(true);
  expect(isGenuine(header, "other", "key", now)).toBe(false);
  expect(isGenuine(header, "body", "another", now)).toBe(false);
  expect(isGenuine(header, "body", "key", now + 3600)).toBe(false);
  expect(isGenuine(header.replace("t=1", "t=2"), "body", "key", now)).toBe(false);
  expect(isGenuine("", "body", "key", now)).toBe(false);
});
