/**
 * Debian's Chromium on the page of a daemon written by hand, with a real store of sample rows.
 *
 * Without /usr/bin/chromium the tests are skipped, unless MEM0_TEST_REQUIRE_BROWSER=1. With
 * MEM0_TEST_SCREENSHOTS=FOLDER the pages are kept as pictures.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import type { AlertsReport } from "../../src/alert/report.ts";
import type { Budget } from "../../src/budget/budget.ts";
import { BudgetBoard } from "../../src/daemon/budget-board.ts";
import type { DaemonView } from "../../src/daemon/status-report.ts";
import { createRoutes } from "../../src/http/routes.ts";
import { type ListenReport, startHttpServer } from "../../src/http/server.ts";
import type { UsageAccess } from "../../src/http/usage-api.ts";
import type { StoreRow } from "../../src/store/row.ts";
import { systemClock } from "../../src/system/clock.ts";
import { silentLog } from "../../src/system/log.ts";
import { StoreUsage } from "../../src/usage/store-source.ts";
import { UTC } from "../unit/budget/sample-budget.ts";
import { daemonView, noonClock, usageOf } from "../unit/http/fixture.ts";
import { NOON_MS, requestRow, usageRow } from "../unit/store/sample-rows.ts";
import { makeSampleStore, type SampleStore } from "../unit/store/sample-store.ts";

const CHROMIUM = "/usr/bin/chromium";
export const isMissing = !existsSync(CHROMIUM);
if (isMissing && process.env["MEM0_TEST_REQUIRE_BROWSER"] === "1") {
  throw new Error(
    `expected ${CHROMIUM}, since MEM0_TEST_REQUIRE_BROWSER=1; install Debian's package chromium`,
  );
}
if (isMissing) console.warn(`SKIPPED: the page in a browser, because there is no ${CHROMIUM}`);

export type Listening = Extract<ListenReport, { outcome: "listening" }>;

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** 30 days of three agents: `dev` costs most, `ops` fails now and then, `ci` has no price. */
function sampleRows(): StoreRow[] {
  return Array.from({ length: 30 }, (_, day) => day).flatMap((day) => {
    const at = { timestampMs: NOON_MS - day * 86_400_000, apiKeyAlias: "prod" };
    const search = { ...at, routeGroup: "memory_search", urlTemplate: "/memory/search" } as const;
    const line = (path: string, ms: number) =>
      Buffer.from(
        JSON.stringify({ path, status: 200, agent_id: "dev", ts: "2026-11-20T10:00:00Z", elapsed_ms: ms }),
      );
    return [
      requestRow({ ...at, elapsedMs: 100 + day, line: line("/memory/add", 100 + day) }),
      requestRow({ ...search, agentId: "ops", elapsedMs: 20, line: line("/memory/search", 20) }),
      requestRow({
        ...search,
        agentId: "ops",
        status: day % 3 === 0 ? 503 : 200,
        line: line("/memory/search", 250),
      }),
      usageRow({ ...at }, { totalPicousd: BigInt(day % 7) * 90_000_000_000n + 185_804_800_000n }),
      usageRow(
        { ...search, agentId: "ops" },
        { category: "embedding", model: "titan", totalPicousd: 9_000_000_000n },
      ),
      usageRow(
        { ...at, agentId: "ci" },
        { model: "mystery", status: "unpriced", totalPicousd: undefined, quality: ["over_count_suspected"] },
      ),
    ];
  });
}

interface Served {
  readonly view?: DaemonView;
  /** What is asked instead of the sample rows. */
  readonly sample?: SampleStore;
  readonly budgets?: readonly Budget[];
  readonly alerts?: AlertsReport;
  readonly token?: string;
  readonly usage?: Partial<UsageAccess> | "off";
}

/** One browser and the servers of a test. */
export class BrowserTests {
  #browser: Browser | undefined;
  #sample: SampleStore | undefined;
  readonly #servers: Listening[] = [];

  async start(): Promise<void> {
    this.#sample = makeSampleStore();
    this.#sample.put(sampleRows());
    this.#browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  }

  async stop(): Promise<void> {
    await this.#browser?.close();
    this.#sample?.remove();
  }

  /** Closes what a test opened. */
  async clean(): Promise<void> {
    await Promise.all((this.#browser?.contexts() ?? []).map((context) => context.close()));
    await Promise.all(this.#servers.splice(0).map((server) => server.close()));
  }

  async serve(served: Served = {}): Promise<Listening> {
    const { view = daemonView(), token, usage = {}, sample = this.#sample, budgets = [], alerts } = served;
    if (sample === undefined) throw new Error("not started");
    const source = new StoreUsage(sample.store.database);
    const ports = { clock: noonClock, log: silentLog };
    const sources = {
      view,
      usage: usage === "off" ? undefined : usageOf(sample, usage),
      budgets: usage === "off" ? undefined : new BudgetBoard(source, { budgets, zone: UTC }, ports),
      ...(alerts && { alerts: { report: () => alerts, deliveries: () => new Map() } }),
      clock: noonClock,
    };
    const report = await startHttpServer(
      { listen: { host: "127.0.0.1", port: 0 }, token: () => token, hosts: [] },
      { routes: createRoutes(sources), clock: systemClock, log: silentLog },
    );
    if (report.outcome !== "listening") throw new Error(report.message);
    this.#servers.push(report);
    return report;
  }

  /** Opens the page and collects what the browser complains about, whom it asks, and how much it loads. */
  async open(server: Listening, query = "", options: BrowserContextOptions = {}) {
    if (this.#browser === undefined) throw new Error("not started");
    const context = await this.#browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    const page = await context.newPage();
    const complaints: string[] = [];
    const hosts = new Set<string>();
    const traffic = { bytes: 0 };
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => hosts.add(new URL(request.url()).origin));
    const network = await context.newCDPSession(page);
    await network.send("Network.enable");
    network.on("Network.loadingFinished", ({ encodedDataLength }) => {
      traffic.bytes += encodedDataLength;
    });
    await page.goto(`${server.url}${query}`, { waitUntil: "networkidle" });
    return { page, complaints, hosts, traffic };
  }
}

/** Keeps the page as a picture, if there is a folder for it; down to the end of the section `until`, if that is given. */
export async function keepPicture(page: Page, name: string, until?: string): Promise<void> {
  const folder = process.env["MEM0_TEST_SCREENSHOTS"];
  if (folder === undefined) return;
  const path = join(folder, `${name}.png`);
  const last = until === undefined ? null : await page.locator(until).boundingBox();
  const width = page.viewportSize()?.width ?? 0;
  const clip = last && { clip: { x: 0, y: 0, width, height: last.y + last.height + 16 } };
  await page.screenshot({ path, fullPage: true, ...clip });
}
