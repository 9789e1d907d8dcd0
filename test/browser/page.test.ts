/**
 * Goal: the page works in a real browser: complete without its script, renewed with it, small, and bound to its own host.
 * Method: Debian's Chromium, driven by playwright-core, on a server with a daemon written by hand.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { DaemonView } from "../../src/daemon/status-report.ts";
import { daemonView, lane } from "../unit/http/fixture.ts";
import { BrowserTests, isMissing, keepPicture } from "./chromium.ts";

/** Over the wire, with everything that the page needs: less than a small picture. */
const WIRE_BYTES_MAX = 100_000;

const troubled: DaemonView = daemonView({
  lanes: [
    { ...lane, name: "local", type: "store", state: "idle" },
    {
      ...lane,
      state: "blocked",
      oldestUnackedSeconds: 4021,
      lastError:
        "403 security_exception: the user mem0 may not write to mem0-audit-logs-*; grant it create_doc",
    },
  ],
  readiness: { ready: false, reasons: ["sink search is blocked: 403 security_exception"] },
});

describe.skipIf(isMissing)("in Chromium", () => {
  const tests = new BrowserTests();
  beforeAll(() => tests.start());
  afterAll(() => tests.stop());
  afterEach(() => tests.clean());

  it("loads without a complaint, asks nobody but its own host, and is small", async () => {
    const server = await tests.serve();
    const { page, complaints, hosts, traffic } = await tests.open(server);
    await keepPicture(page, "light");
    expect(complaints).toEqual([]);
    expect([...hosts]).toEqual([new URL(server.url).origin]);
    expect(await page.title()).toBe("mem0 audit shipper");
    expect(await page.locator("html").evaluate((root) => root.ownerDocument.styleSheets.length)).toBe(4);
    expect(traffic.bytes).toBeLessThan(WIRE_BYTES_MAX);
  });

  it("shows what is wrong", async () => {
    const { page } = await tests.open(await tests.serve({ view: troubled }), "", { colorScheme: "dark" });
    await keepPicture(page, "dark-troubled");
    expect(await page.getByRole("link", { name: "Delivery is late or stands still" }).isVisible()).toBe(true);
    expect(await page.getByRole("row", { name: /search opensearch/ }).textContent()).toContain(
      "403 security_exception",
    );
    expect(await page.getByText("sink search is blocked").isVisible()).toBe(true);
  });

  it("files of a sink open by keyboard", async () => {
    const { page } = await tests.open(await tests.serve());
    const table = page.getByRole("table", { name: "Files of search, newest first" });
    expect(await table.isVisible()).toBe(false);
    await page.getByText("Files of search (2)").press("Enter");
    expect(await table.isVisible()).toBe(true);
    expect(await table.getByRole("row").nth(1).textContent()).toContain("audit-2026-11-21.jsonl");
  });

  it("is complete without its script: figures, tables, and the form", async () => {
    const { page } = await tests.open(await tests.serve(), "", { javaScriptEnabled: false });
    await keepPicture(page, "without-script");
    expect(await page.getByRole("definition").first().textContent()).toContain("$13.49");
    expect(await page.getByRole("rowheader", { name: "local store" }).isVisible()).toBe(true);
    await page.getByText("Numbers of Cost").click();
    expect(await page.getByRole("table", { name: "Cost per day" }).getByRole("row").count()).toBe(31);
    await page.getByRole("combobox", { name: "Agent" }).selectOption("ops");
    await page.getByRole("button", { name: "Show" }).click();
    expect(new URL(page.url()).searchParams.get("agent")).toBe("ops");
    expect(await page.getByRole("definition").first().textContent()).toContain("$0.2700");
  });

  it("renews its numbers, keeps what is open and drawn, and says when the daemon is gone", async () => {
    let deadLetters = 2;
    const view = { ...daemonView(), lanes: () => [{ ...lane, deadLetters }] };
    const server = await tests.serve({ view });
    const { page } = await tests.open(server);
    await page
      .locator("#files-0 summary")
      .evaluate((summary) => summary.parentElement?.setAttribute("open", ""));
    const canvas = await page.locator("#chart-cost canvas").elementHandle();
    deadLetters = 4711;
    await page.getByText("4,711").waitFor();
    expect(await page.locator("#files-0").getAttribute("open")).toBe("");
    expect(await canvas?.evaluate((drawn) => drawn.isConnected)).toBe(true);

    await server.close();
    await page.getByText("The daemon does not answer; these numbers are old.").waitFor();
  });

  it("asks for the token as a password, and then shows everything", async () => {
    const server = await tests.serve({ token: "s3cret" });
    await expect(tests.open(server)).rejects.toThrow("ERR_INVALID_AUTH_CREDENTIALS");
    const { page, complaints } = await tests.open(server, "", {
      httpCredentials: { username: "any", password: "s3cret" },
    });
    expect(await page.getByRole("definition").first().isVisible()).toBe(true);
    expect(complaints).toEqual([]);
  });

  it("shows delivery alone if the embedded store is off", async () => {
    const { page, complaints } = await tests.open(await tests.serve({ usage: "off" }));
    expect(await page.getByText("The embedded store is off").isVisible()).toBe(true);
    expect(complaints).toEqual([]);
  });
});
