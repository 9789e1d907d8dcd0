/**
 * Goal: the page can be read in both colour schemes, and its script is one.
 * Method: contrast computed from the style's own colours (WCAG 2.2, success criterion 1.4.3: at least 4.5).
 */
import { Script } from "node:vm";
import { describe, expect, it } from "vitest";
import { PAGE_ICON, PAGE_SCRIPT, PAGE_STYLE } from "../../../src/http/page-assets.ts";

function luminance(colour: string): number {
  const digits =
    colour.length === 4 ? [...colour.slice(1)].map((digit) => digit + digit) : colour.match(/[\da-f]{2}/g)!;
  const [red = 0, green = 0, blue = 0] = digits
    .map((pair) => Number.parseInt(pair, 16) / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [lighter = 0, darker = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (lighter + 0.05) / (darker + 0.05);
}

function colours(block: string): Map<string, string> {
  return new Map(
    [...block.matchAll(/--([\w-]+): (#[\da-f]{3,6})/g)].map(([, name = "", value = ""]) => [name, value]),
  );
}

const [, light = "", dark = ""] = PAGE_STYLE.split(/:root \{/);

describe.each([
  ["light", colours(light)],
  ["dark", colours(dark)],
])("the %s scheme", (_, scheme) => {
  it.each([
    ["ink", "paper"],
    ["ink", "raised"],
    ["faint", "paper"],
    ["faint", "raised"],
    ["link", "paper"],
    ["good", "good-back"],
    ["warn", "warn-back"],
    ["bad", "bad-back"],
    ["bad", "paper"],
  ])("%s can be read on %s", (text, back) => {
    expect(contrast(scheme.get(text) ?? "#fff", scheme.get(back) ?? "#fff")).toBeGreaterThanOrEqual(4.5);
  });
});

it("the script has no mistake of syntax", () => {
  expect(() => new Script(PAGE_SCRIPT)).not.toThrow();
});

it("no other host is named, but for the name of a format", () => {
  const all = (PAGE_STYLE + PAGE_SCRIPT + PAGE_ICON).replace("http://www.w3.org/2000/svg", "");
  expect(all).not.toContain("://");
});
