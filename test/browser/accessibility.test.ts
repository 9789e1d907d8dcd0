/**
 * Goal: those who use a keyboard, a screen reader, large print or a telephone can use the page.
 * Method: the rules of axe-core, and the keyboard, on the page as Chromium shows it: in both colour schemes, at several
 * widths, with and without data, with everything open.
 */
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { daemonView } from "../unit/http/fixture.ts";
import { makeSampleStore } from "../unit/store/sample-store.ts";
import { breaches } from "./axe.ts";
import { BUSY_ALERTS, BUSY_BUDGETS, busyRows, busyView } from "./busy-service.ts";
import { BrowserTests, isMissing, keepPicture } from "./chromium.ts";

/** Where the keyboard is: the element's id or text, its section's distance from the top, and how it is marked. */
interface Place {
  readonly name: string;
  readonly top: number;
  readonly outline: string;
}

/** Undefined if the keyboard is on nothing. */
async function placeOfKeyboard(page: Page): Promise<Place | undefined> {
  return page.locator("body").evaluate((body) => {
    const { activeElement: element, defaultView: view } = body.ownerDocument;
    if (element === null || element === body) return undefined;
    const section = element.closest("header, [data-live], footer");
    return {
      name: element.id || (element.textContent?.trim() ?? ""),
      top: (section?.getBoundingClientRect().top ?? 0) + view.scrollY,
      outline: view.getComputedStyle(element).outlineStyle,
    };
  });
}

const DESKTOP = { width: 1280, height: 900 };
const PHONE = { width: 360, height: 740 };
const LOOKS = [
  { colorScheme: "light", viewport: DESKTOP },
  { colorScheme: "dark", viewport: DESKTOP },
  { colorScheme: "light", viewport: PHONE },
  { colorScheme: "dark", viewport: PHONE },
] as const;

describe.skipIf(isMissing)("in Chromium", () => {
  const tests = new BrowserTests();
  const busy = makeSampleStore();
  const empty = makeSampleStore();
  beforeAll(() => {
    busy.put(busyRows(30));
    return tests.start();
  });
  afterAll(async () => {
    await tests.stop();
    for (const store of [busy, empty]) store.remove();
  });
  afterEach(() => tests.clean());

  const serveBusy = () =>
    tests.serve({ sample: busy, view: busyView, budgets: BUSY_BUDGETS, alerts: BUSY_ALERTS });

  it("the rules find what breaks them", async () => {
    const { page } = await tests.open(await tests.serve());
    expect(await breaches(page)).toEqual([]);
    await page.evaluate(`
      document.querySelector("main").append(document.createElement("h5"), document.createElement("select"));
      document.querySelector("h3").style.color = "#bbb";`);
    const found = (await breaches(page)).map((breach) => breach.split(":")[0]);
    expect(found).toEqual(expect.arrayContaining(["color-contrast", "select-name"]));
  });

  it.each(LOOKS)("no rule is broken with everything open: $colorScheme, $viewport.width px", async (look) => {
    const { page } = await tests.open(await serveBusy(), "?agent=researcher&tz=Asia/Shanghai", look);
    await page.evaluate(`for (const details of document.querySelectorAll("details")) details.open = true;`);
    await keepPicture(page, `open-${look.colorScheme}-${look.viewport.width}`);
    expect(await breaches(page)).toEqual([]);
  });

  it.each(LOOKS)("nor without any data: $colorScheme, $viewport.width px", async (look) => {
    const view = daemonView({ lanes: [] });
    const { page } = await tests.open(await tests.serve({ sample: empty, view }), "", look);
    await keepPicture(page, `empty-${look.colorScheme}-${look.viewport.width}`);
    expect(await breaches(page)).toEqual([]);
  });

  it.each(["?group_by=model&agent=nobody", "?from=yesterday", "?days=730&group_by=category&category=llm"])(
    "nor at %s",
    async (query) => {
      const { page } = await tests.open(await serveBusy(), query);
      expect(await breaches(page)).toEqual([]);
    },
  );

  it("nor with the embedded store off", async () => {
    const off = await tests.open(await tests.serve({ usage: "off", alerts: BUSY_ALERTS }));
    expect(await breaches(off.page)).toEqual([]);
  });

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
    expect(await table.getByRole("columnheader").allTextContents()).toEqual([
      "Day",
      "All",
      "Create",
      "Search",
    ]);
    await keepPicture(page, "numbers");
  });

  it("the keyboard reaches every control, in the order of the page, and shows where it is", async () => {
    const { page } = await tests.open(await tests.serve());
    const places: Place[] = [];
    for (let presses = 0; presses < 80; presses += 1) {
      await page.keyboard.press("Tab");
      const place = await placeOfKeyboard(page);
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
