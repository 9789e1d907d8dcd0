/**
 * Goal: those who use a keyboard, a screen reader, large print or a telephone can use the page.
 * Method: rules of WCAG 2.2 that can be computed, held against every element of the page as Chromium shows it, in both
 * colour schemes and at several widths.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { BrowserTests, isMissing, keepPicture } from "./chromium.ts";

const RULES = readFileSync(join(import.meta.dirname, "rules.js"), "utf8");

/** What a function of rules.js finds in the page. */
async function rule<Found = readonly string[]>(page: Page, name: string): Promise<Found> {
  await page.evaluate(`{${RULES}}`);
  return page.evaluate<Found>(`accessibility.${name}()`);
}

/** Where the keyboard is: the element's id or text, its section's distance from the top, and how it is marked. */
interface Place {
  readonly name: string;
  readonly top: number;
  readonly outline: string;
}

describe.skipIf(isMissing)("in Chromium", () => {
  const tests = new BrowserTests();
  beforeAll(() => tests.start());
  afterAll(() => tests.stop());
  afterEach(() => tests.clean());

  it("the rules find what breaks them", async () => {
    const { page } = await tests.open(await tests.serve());
    await page.evaluate(`
      document.querySelector("main").append(document.createElement("h4"), document.createElement("button"));
      document.querySelector("h2").style.color = "#bbb";
      document.querySelector(".remarks").style.color = "#bbb";`);
    expect(await rule(page, "breaches")).toHaveLength(2);
    expect((await rule(page, "lowContrast")).length).toBeGreaterThan(0);
  });

  it.each(["light", "dark"] as const)("every text can be read in the %s scheme", async (colorScheme) => {
    const { page } = await tests.open(await tests.serve(), "?agent=ops", { colorScheme });
    await page.locator("#numbers-cost summary").click();
    expect(await rule(page, "lowContrast")).toEqual([]);
    const paper = await page
      .locator("body")
      .evaluate((body) => body.ownerDocument.defaultView.getComputedStyle(body).backgroundColor);
    expect(paper).toBe(colorScheme === "dark" ? "rgb(18, 21, 24)" : "rgb(246, 247, 248)");
  });

  it.each(["", "?group_by=model&agent=nobody", "?from=yesterday"])(
    "structure and names are right at %j",
    async (query) => {
      const { page } = await tests.open(await tests.serve(), query);
      expect(await rule(page, "breaches")).toEqual([]);
    },
  );

  it("has landmarks, headings, named regions and tables for those who do not see it", async () => {
    const { page } = await tests.open(await tests.serve());
    for (const role of ["banner", "main", "contentinfo", "search"] as const) {
      expect(await page.getByRole(role).count()).toBe(1);
    }
    expect(await page.getByRole("heading", { level: 1 }).count()).toBe(1);
    for (const name of ["Summary", "Over time", "Breakdown", "Slowest requests", "Errors", "Delivery"]) {
      expect(await page.getByRole("region", { name, exact: true }).count()).toBeGreaterThan(0);
    }
    expect(await page.getByRole("figure", { name: "Cost per day" }).count()).toBe(1);
    expect(await page.getByRole("table", { name: "Sinks", exact: true }).count()).toBe(1);
    expect(await page.getByRole("rowheader", { name: "search opensearch" }).count()).toBe(1);
    expect(await page.getByRole("columnheader", { name: "Dead letters" }).count()).toBe(1);
  });

  it("what a chart shows can be read as a table, opened by keyboard", async () => {
    const { page } = await tests.open(await tests.serve());
    const table = page.getByRole("table", { name: "Requests per day" });
    expect(await table.isVisible()).toBe(false);
    await page.locator("#numbers-requests summary").press("Enter");
    expect(await table.getByRole("row").last().textContent()).toContain("2026-11-21");
    expect(await table.getByRole("columnheader").allTextContents()).toEqual(["Day", "Create", "Search"]);
    await keepPicture(page, "numbers");
  });

  it("the keyboard reaches every control, in the order of the page, and shows where it is", async () => {
    const { page } = await tests.open(await tests.serve());
    const places: Place[] = [];
    for (let presses = 0; presses < 80; presses += 1) {
      await page.keyboard.press("Tab");
      const place = await rule<Place | undefined>(page, "placeOfKeyboard");
      if (place === undefined) break;
      places.push(place);
    }
    const names = places.map(({ name }) => name);
    for (const name of ["30 days", "filter-from", "filter-agent", "by-model", "Metrics"])
      expect(names).toContain(name);
    expect(places.map(({ top }) => top)).toEqual(places.map(({ top }) => top).toSorted((a, b) => a - b));
    expect(places.filter(({ outline }) => outline === "none")).toEqual([]);
  });

  it.each([320, 360, 768, 1280])(
    "fits %d pixels: wide tables scroll by themselves, the page does not",
    async (width) => {
      const { page } = await tests.open(await tests.serve(), "", { viewport: { width, height: 740 } });
      await keepPicture(page, `width-${width}`);
      expect(await page.locator("html").evaluate((root) => root.scrollWidth)).toBe(width);
    },
  );

  it("nothing is lost with texts twice as large", async () => {
    const { page } = await tests.open(await tests.serve());
    await page.locator("html").evaluate((root) => {
      root.style.fontSize = "200%";
    });
    expect(await page.locator("html").evaluate((root) => root.scrollWidth)).toBe(1280);
  });
});
