/**
 * Goal: HOST:PORT is read as meant, and only what no other machine can reach counts as loopback.
 * Method: tables.
 */
import { expect, test } from "vitest";
import { formatListen, isLoopback, parseListen } from "../../../src/config/listen.ts";

test.each([
  ["127.0.0.1:8231", "127.0.0.1", 8231],
  ["localhost:0", "localhost", 0],
  ["[::1]:80", "::1", 80],
  ["[::]:65535", "::", 65_535],
])("%s", (text, host, port) => {
  expect(parseListen(text)).toEqual({ host, port });
  expect(formatListen({ host, port })).toBe(text);
});

test.each([
  "",
  "8231",
  ":8231",
  "host",
  "host:",
  "host:65536",
  "::1:80",
  "http://host:80",
  "host:80/",
  "a b:80",
])("%j is refused", (text) => {
  expect(parseListen(text)).toBeUndefined();
});

test("loopback addresses, and addresses that only look so", () => {
  for (const host of ["localhost", "127.0.0.1", "127.8.9.10", "::1", "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1"]) {
    expect(isLoopback(host), host).toBe(true);
  }
  for (const host of [
    "0.0.0.0",
    "::",
    "1",
    "10.0.0.1",
    "localhost.example.com",
    "128.0.0.1",
    "::2",
    "127.0.0.1.nip.io",
  ]) {
    expect(isLoopback(host), host).toBe(false);
  }
});
