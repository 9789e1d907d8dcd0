/**
 * Goal: numbers read well and are never wrong by a unit. Method: tables around each boundary.
 */
import { expect, it } from "vitest";
import {
  formatAge,
  formatBytes,
  formatCompact,
  formatCount,
  formatDuration,
  formatShare,
  formatUsd,
} from "../../../src/http/format.ts";

it.each([
  [0, "0 B"],
  [1, "1 B"],
  [1023, "1023 B"],
  [1024, "1.0 KiB"],
  [1_572_864, "1.5 MiB"],
  [2 ** 60, "1024.0 PiB"],
])("%d bytes are %s", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

it.each([
  [0, "0 s"],
  [59.9, "59 s"],
  [60, "1 min 0 s"],
  [3599, "59 min 59 s"],
  [3600, "1 h 0 min"],
  [172_799, "47 h 59 min"],
  [172_800, "2 d 0 h"],
])("%d seconds are %s", (seconds, text) => {
  expect(formatAge(seconds)).toBe(text);
});

it("counts are grouped by thousands", () => {
  expect(formatCount(1_234_567)).toBe("1,234,567");
});

it("a share of nothing is nothing", () => {
  expect(formatShare(0, 0)).toBe("0 %");
  expect(formatShare(1, 8)).toBe("12.5 %");
});

it.each([
  [0, "0"],
  [999_999, "999,999"],
  [1_000_000, "1.00 M"],
  [12_345_678, "12.35 M"],
  [4_050_000_000, "4.05 B"],
])("the large count %d is %s", (count, text) => {
  expect(formatCompact(count)).toBe(text);
});

it.each([
  [0, "0 ms"],
  [86.6, "87 ms"],
  [999.4, "999 ms"],
  [1234.5, "1.2 s"],
  [60_000, "1 min 0 s"],
])("%d milliseconds are %s", (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

it.each([
  [0n, "$0.00"],
  [1n, "<$0.0001"],
  [123_400_000_000n, "$0.1234"],
  [999_990_000_000_000n, "$999.99"],
  [1_234_500_000_000_000n, "$1,234.50"],
  [12_345_678_900_000_000_000n, "$12,345,678.90"],
])("%d pico-dollars are %s", (picousd, text) => {
  expect(formatUsd(picousd)).toBe(text);
});
