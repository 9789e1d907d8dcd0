/**
 * Goal: charts are drawn from the numbers, filters live in the address and change the numbers, CSV is loaded.
 * Method: Debian's Chromium on 30 days of sample rows, used with mouse and keyboard as a person would.
 */
import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { BrowserTests, isMissing, keepPicture } from "./chromium.ts";

const card = (page: Page, name: string) =>
  page.locator(".card").filter({ has: page.locator("dt", { hasText: new RegExp(`^${name}$`) }) });

/** How many points of a chart's picture have each of these colours. */
async function pixels(page: Page, chart: string): Promise<Record<string, number>> {
  return page.locator(`#chart-${chart}`).evaluate((figure) => {
    const canvas = figure.querySelector("canvas");
    const { data } = canvas!.getContext("2d")!.getImageData(0, 0, canvas!.width, canvas!.height);
    const counts: Record<string, number> = {};
    for (let i = 0; i < data.length; i += 4) {
      const colour = `rgb(${data[i]}, ${data[i + 1]}, ${data[i + 2]})`;
      if (data[i + 3] === 255) counts[colour] = (counts[colour] ?? 0) + 1;
    }
    return counts;
  });
}

const tone = (page: Page, chart: string, index: number) =>
  page
    .locator(`#chart-${chart} .swatch`)
    .nth(index)
    .evaluate((swatch) => swatch.ownerDocument.defaultView.getComputedStyle(swatch).color);

describe.skipIf(isMissing)("in Chromium", () => {
  const tests = new BrowserTests();
  beforeAll(() => tests.start());
  afterAll(() => tests.stop());
  afterEach(() => tests.clean());

  it("every chart has bars in the colours of its legend", async () => {
    const { page } = await tests.open(await tests.serve());
    for (const chart of ["cost", "requests", "outcome"]) {
      const counts = await pixels(page, chart);
      expect(counts[await tone(page, chart, 0)]).toBeGreaterThan(1000);
      expect(counts[await tone(page, chart, 1)]).toBeGreaterThan(100);
    }
  });

  it("the legend tells the day under the pointer, and the totals again after", async () => {
    const { page } = await tests.open(await tests.serve());
    const legend = page.locator("#chart-requests .legend");
    const heading = page.locator("#chart-requests h3");
    const totals = await legend.textContent();
    const over = page.locator("#chart-requests .u-over");
    const box = await over.boundingBox();
    await page.mouse.move((box?.x ?? 0) + (box?.width ?? 0) - 6, (box?.y ?? 0) + 40);
    await expect.poll(() => heading.textContent()).toBe("Requests 2026-11-21");
    expect(await legend.locator("b").allTextContents()).toEqual(["3", "1", "2"]);
    await page.mouse.move(0, 0);
    await expect.poll(() => heading.textContent()).toBe("Requests per day");
    expect(await legend.textContent()).toBe(totals);
  });

  it("charts follow the dark scheme, also when it changes", async () => {
    const { page } = await tests.open(await tests.serve());
    const light = await tone(page, "cost", 0);
    await page.emulateMedia({ colorScheme: "dark" });
    const dark = await tone(page, "cost", 0);
    expect(dark).not.toBe(light);
    await expect.poll(async () => (await pixels(page, "cost"))[dark] ?? 0).toBeGreaterThan(1000);
    await keepPicture(page, "dark");
  });

  it("a filter changes the address, every number and the charts, and back undoes it", async () => {
    const { page, complaints } = await tests.open(await tests.serve());
    expect(await card(page, "Requests").textContent()).toContain("90");
    await page.getByRole("combobox", { name: "Agent" }).selectOption("ops");
    await expect.poll(() => card(page, "Requests").textContent()).toContain("60");
    expect(new URL(page.url()).search).toBe("?agent=ops");
    expect(await card(page, "Cost").textContent()).toContain("$0.2700");
    expect(await card(page, "Success rate").textContent()).toContain("10 errors");
    expect(await page.locator("#chart-cost .legend li").allTextContents()).toEqual(["Embeddings $0.2700"]);
    expect((await pixels(page, "cost"))[await tone(page, "cost", 0)]).toBeGreaterThan(1000);
    await page.goBack();
    await expect.poll(() => card(page, "Requests").textContent()).toContain("90");
    expect(complaints).toEqual([]);
  });

  it("an address is the whole question: it can be sent to others", async () => {
    const { page } = await tests.open(
      await tests.serve(),
      "?from=2026-11-10&to=2026-11-12&tz=Asia/Shanghai&user=boss",
    );
    expect(await card(page, "Requests").textContent()).toContain("9");
    expect(await page.getByLabel("From").inputValue()).toBe("2026-11-10");
    expect(await page.getByLabel("Time zone").inputValue()).toBe("Asia/Shanghai");
    expect(await page.getByLabel("User").inputValue()).toBe("boss");
  });

  it("dates take the place of a number of days, and the other way round", async () => {
    const { page } = await tests.open(await tests.serve(), "?days=7");
    await page.getByLabel("From").fill("2026-11-20");
    await expect.poll(() => card(page, "Requests").textContent()).toContain("6");
    expect(new URL(page.url()).search).toBe("?from=2026-11-20&to=2026-11-21");
    await page.getByRole("link", { name: "7 days" }).click();
    await expect.poll(() => card(page, "Requests").textContent()).toContain("21");
    expect(new URL(page.url()).search).toBe("?days=7");
  });

  it("an address that is wrong is told, and shows the usual days", async () => {
    const { page } = await tests.open(await tests.serve(), "?from=yesterday");
    expect(await page.getByRole("alert").textContent()).toContain("from: expected a day like 2026-11-21");
    expect(await card(page, "Requests").textContent()).toContain("90");
  });

  it("the breakdown changes by tab, and a name shows itself alone", async () => {
    const { page } = await tests.open(await tests.serve());
    await page.getByRole("navigation", { name: "Breakdown by" }).getByRole("link", { name: "Model" }).click();
    const table = page.getByRole("table", { name: "Breakdown by Model" });
    await table.waitFor();
    const names = await table.getByRole("rowheader").allTextContents();
    expect(names).toEqual(["haiku", "titan", "mystery", "All"]);
    await table.getByRole("link", { name: "titan" }).click();
    await expect.poll(() => card(page, "Cost").textContent()).toContain("$0.2700");
    expect(await card(page, "Requests").textContent()).toContain("not known by model");
    await page.getByRole("link", { name: "Clear filters" }).click();
    await expect.poll(() => card(page, "Cost").textContent()).toContain("$13.49");
  });

  it("the numbers of the breakdown are a file for a spreadsheet", async () => {
    const { page } = await tests.open(await tests.serve(), "?days=1&agent=ops");
    const loading = page.waitForEvent("download");
    await page.getByRole("link", { name: "CSV of each day by Agent" }).click();
    const download = await loading;
    expect(download.suggestedFilename()).toBe("usage-2026-11-21-2026-11-21.csv");
    const [header, row, ...more] = (await readFile(await download.path(), "utf8")).split("\r\n");
    expect(header).toMatch(/^day,agent,requests,errors,error_rate/);
    expect(row).toMatch(/^2026-11-21,ops,2,1,0.5,/);
    expect(more).toEqual([""]);
  });

  it("filters keep the place of the keyboard", async () => {
    const { page } = await tests.open(await tests.serve());
    await page.getByRole("combobox", { name: "Agent" }).focus();
    await page.keyboard.type("op");
    await page.keyboard.press("Enter");
    await expect.poll(() => card(page, "Requests").textContent()).toContain("60");
    expect(await page.locator(":focus").getAttribute("name")).toBe("agent");
  });
});
