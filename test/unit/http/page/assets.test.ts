/**
 * Goal: the page can be read in both colour schemes, its charts told apart, and nothing of it comes from elsewhere.
 * Method: contrast computed from the style's own colours (WCAG 2.2, success criteria 1.4.3 and 1.4.11); all files read.
 */
import { describe, expect, it } from "vitest";
import { PAGE_ASSETS } from "../../../../src/http/page/assets.ts";

const bodyOf = (path: string) => PAGE_ASSETS[path]?.().body ?? "";

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = (colour.match(/[\da-f]{2}/g) ?? [])
    .map((pair) => Number.parseInt(pair, 16) / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [lighter = 0, darker = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (lighter + 0.05) / (darker + 0.05);
}

function colours(block: string): Map<string, string> {
  const found = block.slice(0, block.indexOf("}")).matchAll(/--([\w-]+): (#[\da-f]{6})/g);
  return new Map([...found].map(([, name = "", value = ""]) => [name, value]));
}

const [, light = "", dark = ""] = bodyOf("/page.css").split(/:root \{/);

describe.each([
  ["light", colours(light)],
  ["dark", colours(dark)],
])("the %s scheme", (_, scheme) => {
  const between = (a: string, b: string) => contrast(scheme.get(a) ?? "#ffffff", scheme.get(b) ?? "#ffffff");

  it.each([
    ...["paper", "raised", "hover"].flatMap((back) =>
      ["ink", "faint", "link", "warn"].map((text) => [text, back]),
    ),
    ["good", "good-back"],
    ["warn", "warn-back"],
    ["bad", "bad-back"],
    ["bad", "paper"],
  ])("%s can be read on %s", (text = "", back = "") => {
    expect(between(text, back)).toBeGreaterThanOrEqual(4.5);
  });

  it.each([...[1, 2, 3, 4, 5, 6].map((tone) => `tone-${tone}`), "tone-success", "tone-error"])(
    "bars of %s can be seen",
    (tone) => {
      expect(between(tone, "raised")).toBeGreaterThanOrEqual(3);
    },
  );
});

it("every file is there, with its type", () => {
  const types = Object.entries(PAGE_ASSETS).map(([path, asset]) => [path, asset().contentType.split(";")[0]]);
  expect(Object.fromEntries(types)).toMatchObject({
    "/page.css": "text/css",
    "/page.js": "text/javascript",
    "/uplot.js": "text/javascript",
    "/uplot.css": "text/css",
    "/icon.svg": "image/svg+xml",
  });
});

it("what is ours names no other host, but for the name of a format", () => {
  const ours = Object.keys(PAGE_ASSETS).filter((path) => !path.startsWith("/uplot"));
  for (const path of ours)
    expect(bodyOf(path).replace("http://www.w3.org/2000/svg", "")).not.toContain("://");
});
