/**
 * Goal: the page works in a real browser: readable, complete without its script, renewed with it, and bound to
 * its own host.
 * Method: Debian's Chromium, driven by playwright-core, on a server with a daemon written by hand. Without
 * /usr/bin/chromium the tests are skipped, unless MEM0_TEST_REQUIRE_BROWSER=1. With MEM0_TEST_SCREENSHOTS=FOLDER
 * the pages are kept as pictures.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { DaemonView } from "../../src/daemon/status-report.ts";
import { createRoutes } from "../../src/http/routes.ts";
import { type ListenReport, startHttpServer } from "../../src/http/server.ts";
import { systemClock } from "../../src/system/clock.ts";
import { silentLog } from "../../src/system/log.ts";
import { daemonView, lane, totals } from "../unit/http/fixture.ts";

const CHROMIUM = "/usr/bin/chromium";
const isMissing = !existsSync(CHROMIUM);
if (isMissing && process.env["MEM0_TEST_REQUIRE_BROWSER"] === "1") {
  throw new Error(
    `expected ${CHROMIUM}, since MEM0_TEST_REQUIRE_BROWSER=1; install Debian's package chromium`,
  );
}
if (isMissing) console.warn(`SKIPPED: the page in a browser, because there is no ${CHROMIUM}`);

type Listening = Extract<ListenReport, { outcome: "listening" }>;

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
  let browser: Browser;
  const started: Listening[] = [];

  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    });
  });
  afterAll(() => browser?.close());
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await Promise.all(started.splice(0).map((server) => server.close()));
  });

  async function serve(view: DaemonView, token?: string): Promise<Listening> {
    const usage = { series: () => ({}), totals: () => ({ ...totals, unpricedRecords: 3 }) };
    const report = await startHttpServer(
      { listen: { host: "127.0.0.1", port: 0 }, token: () => token, hosts: [] },
      { routes: createRoutes({ view, usage, clock: systemClock }), clock: systemClock, log: silentLog },
    );
    if (report.outcome !== "listening") throw new Error(report.message);
    started.push(report);
    return report;
  }

  /** Opens the page and collects what the browser complains about and whom it asks. */
  async function open(server: Listening, options: BrowserContextOptions = {}) {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    const complaints: string[] = [];
    const hosts = new Set<string>();
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => hosts.add(new URL(request.url()).origin));
    await page.goto(server.url, { waitUntil: "networkidle" });
    return { page, complaints, hosts };
  }

  async function keepPicture(page: Page, name: string): Promise<void> {
    const folder = process.env["MEM0_TEST_SCREENSHOTS"];
    if (folder !== undefined) await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
  }

  it("loads without a complaint and asks nobody but its own host", async () => {
    const server = await serve(daemonView());
    const { page, complaints, hosts } = await open(server);
    await keepPicture(page, "light");
    expect(complaints).toEqual([]);
    expect([...hosts]).toEqual([new URL(server.url).origin]);
    expect(await page.title()).toBe("mem0 audit shipper");
    expect(await page.locator("html").evaluate((root) => root.ownerDocument.styleSheets.length)).toBe(1);
  });

  it("has landmarks, headings and named tables for those who do not see it", async () => {
    const { page } = await open(await serve(daemonView()));
    for (const role of ["banner", "main", "contentinfo", "navigation"] as const) {
      expect(await page.getByRole(role).count()).toBe(1);
    }
    expect(await page.getByRole("heading", { level: 1 }).count()).toBe(1);
    expect(await page.getByRole("region", { name: "Last 30 days" }).count()).toBe(1);
    expect(await page.getByRole("table", { name: "Sinks", exact: true }).count()).toBe(1);
    expect(await page.getByRole("rowheader", { name: "search opensearch" }).count()).toBe(1);
    expect(await page.getByRole("columnheader", { name: "Dead letters" }).count()).toBe(1);
  });

  it("follows the system's dark scheme", async () => {
    const { page } = await open(await serve(troubled), { colorScheme: "dark" });
    await keepPicture(page, "dark-troubled");
    const paper = await page
      .locator("body")
      .evaluate((body) => body.ownerDocument.defaultView!.getComputedStyle(body).backgroundColor);
    expect(paper).toBe("rgb(20, 23, 26)");
  });

  it("shows what is wrong", async () => {
    const { page } = await open(await serve(troubled));
    expect(await page.getByRole("row", { name: /search/ }).textContent()).toContain("403 security_exception");
    expect(await page.getByRole("listitem").first().textContent()).toContain("sink search is blocked");
  });

  it("fits a telephone: wide tables scroll by themselves, the page does not", async () => {
    const { page } = await open(await serve(troubled), { viewport: { width: 320, height: 640 } });
    await keepPicture(page, "narrow");
    expect(await page.locator("html").evaluate((root) => root.scrollWidth)).toBe(320);
  });

  it("files of a sink open by keyboard", async () => {
    const { page } = await open(await serve(daemonView()));
    const table = page.getByRole("table", { name: "Files of search, newest first" });
    expect(await table.isVisible()).toBe(false);
    await page.getByText("Files of search (2)").press("Enter");
    expect(await table.isVisible()).toBe(true);
    await keepPicture(page, "files-open");
    expect(await table.getByRole("row").nth(1).textContent()).toContain("audit-2026-11-21.jsonl");
  });

  it("is complete without its script", async () => {
    const { page } = await open(await serve(daemonView()), { javaScriptEnabled: false });
    expect(await page.getByText("$0.1858").isVisible()).toBe(true);
    expect(await page.getByRole("rowheader", { name: "local store" }).isVisible()).toBe(true);
  });

  it("renews its numbers, keeps what is open, and says when the daemon is gone", async () => {
    let deadLetters = 2;
    const view = { ...daemonView(), lanes: () => [{ ...lane, deadLetters }] };
    const server = await serve(view);
    const { page } = await open(server);
    await page.locator("summary").evaluate((summary) => summary.parentElement?.setAttribute("open", ""));
    deadLetters = 4711;
    await page.getByText("4,711").waitFor();
    expect(await page.locator("details").getAttribute("open")).toBe("");

    await server.close();
    await page.getByText("The daemon does not answer; these numbers are old.").waitFor();
  });

  it("asks for the token as a password, and then shows everything", async () => {
    const server = await serve(daemonView(), "s3cret");
    await expect(open(server)).rejects.toThrow("ERR_INVALID_AUTH_CREDENTIALS");
    const { page, complaints } = await open(server, {
      httpCredentials: { username: "any", password: "s3cret" },
    });
    expect(await page.getByText("$0.1858").isVisible()).toBe(true);
    expect(complaints).toEqual([]);
  });
});
