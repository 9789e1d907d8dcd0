/**
 * Goal: everything that the page can show stands on it at once, and its picture in the documentation can be made again.
 * Method: Chromium on a busy installation. `npm run picture` writes docs/dashboard.png.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { makeSampleStore } from "../unit/store/sample-store.ts";
import { BUSY_ALERTS, BUSY_BUDGETS, busyRows, busyView } from "./busy-service.ts";
import { BrowserTests, isMissing, keepPicture } from "./chromium.ts";

describe.skipIf(isMissing)("in Chromium", () => {
  const tests = new BrowserTests();
  const sample = makeSampleStore();
  beforeAll(async () => {
    sample.put(busyRows(30));
    await tests.start();
  });
  afterAll(async () => {
    await tests.stop();
    sample.remove();
  });
  afterEach(() => tests.clean());

  it("a busy installation has every part", async () => {
    const server = await tests.serve({ sample, view: busyView, budgets: BUSY_BUDGETS, alerts: BUSY_ALERTS });
    const { page, complaints } = await tests.open(server);
    for (const name of ["Alerts", "Budgets", "Summary", "Over time", "Breakdown", "Delivery"])
      expect(await page.getByRole("region", { name, exact: true }).first().isVisible()).toBe(true);
    expect(complaints).toEqual([]);
    await keepPicture(page, "dashboard", "#budgets");
  });
});
