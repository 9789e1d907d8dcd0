/**
 * Goal: another site's page cannot read the daemon through a visitor's browser, and only the token opens it.
 * Method: tables of headers.
 */
import { describe, expect, it } from "vitest";
import { carriesToken, isOwnHost } from "../../../src/http/access.ts";

describe("the Host header", () => {
  const onLoopback = { listenHost: "127.0.0.1", names: ["box"] };
  const onAll = { listenHost: "0.0.0.0", names: ["box"] };

  it.each([
    "127.0.0.1:8231",
    "127.0.0.1",
    "localhost:1",
    "LOCALHOST",
    "[::1]:8231",
    "127.8.9.10",
    "box",
    "BOX:80",
  ])("%s is this machine", (header) => {
    expect(isOwnHost(header, onLoopback)).toBe(true);
    expect(isOwnHost(header, onAll)).toBe(true);
  });

  it.each([
    undefined,
    "",
    "evil.example",
    "evil.example:8231",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "evil.example/127.0.0.1",
    "user@localhost",
    "localhost:80:80",
    "localhost:x",
    "[localhost",
    " localhost",
  ])("%s is another machine", (header) => {
    expect(isOwnHost(header, onLoopback)).toBe(false);
    expect(isOwnHost(header, onAll)).toBe(false);
  });

  it.each(["10.1.2.3:8231", "[fd00::1]"])(
    "the bare address %s will do unless only loopback is served",
    (header) => {
      expect(isOwnHost(header, onLoopback)).toBe(false);
      expect(isOwnHost(header, onAll)).toBe(true);
    },
  );

  it("the configured host is this machine", () => {
    expect(isOwnHost("Audit.internal:8231", { listenHost: "audit.internal", names: [] })).toBe(true);
  });
});

describe("the token", () => {
  const basic = (userAndPassword: string): string =>
    `Basic ${Buffer.from(userAndPassword).toString("base64")}`;

  it.each([
    "Bearer s3cret",
    "bearer  s3cret ",
    basic("anybody:s3cret"),
    basic(":s3cret"),
    basic("a:s3cret").replace("Basic", "BASIC"),
  ])("is taken from %s", (header) => {
    expect(carriesToken(header, "s3cret")).toBe(true);
  });

  it.each([
    undefined,
    "",
    "Bearer",
    "Bearer ",
    "Bearer s3cre",
    "Bearer s3crett",
    "Bearer S3CRET",
    "s3cret",
    "Digest s3cret",
    basic("s3cret"),
    basic("s3cret:"),
    basic("a:b:s3cret"),
    "Basic !!!",
  ])("is not in %s", (header) => {
    expect(carriesToken(header, "s3cret")).toBe(false);
  });

  it("may hold colons and letters outside ASCII", () => {
    expect(carriesToken(basic("a:ü:ß"), "ü:ß")).toBe(true);
  });
});
