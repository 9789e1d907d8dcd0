/**
 * Goal: a link keeps the question and changes what it says.
 * Method: small addresses.
 */
import { expect, it } from "vitest";
import { address, changed, pageAddress } from "../../../../src/http/page/links.ts";

const parameters = new URLSearchParams("days=7&agent=a%20b&key=");

it("keeps what is not changed, drops what is empty", () => {
  expect(changed(parameters, {}).toString()).toBe("days=7&agent=a+b");
  expect(changed(parameters, { agent: "x&y", days: undefined }).toString()).toBe("agent=x%26y");
  expect(parameters.toString()).toBe("days=7&agent=a+b&key=");
});

it("is relative, so that the page may lie below another path", () => {
  expect(pageAddress(parameters, { agent: undefined })).toBe("./?days=7");
  expect(address("api/v1/usage", new URLSearchParams())).toBe("api/v1/usage");
});
