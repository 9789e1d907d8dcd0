/**
 * Goal: every path answers what is published, and says no in a way that helps.
 * Method: routes called directly, with a daemon written by hand.
 */
import { afterAll, describe, expect, it } from "vitest";
import { statusReport } from "../../../src/daemon/status-report.ts";
import type { Answer } from "../../../src/http/answer.ts";
import { createRoutes, type Sources } from "../../../src/http/routes.ts";
import { requestRow, usageRow } from "../store/sample-rows.ts";
import { makeSampleStore } from "../store/sample-store.ts";
import { daemonView, lane, noonClock, usageOf } from "./fixture.ts";

const sample = makeSampleStore();
sample.put([requestRow(), usageRow()]);
afterAll(() => sample.remove());

const sources: Sources = {
  view: daemonView({ lanes: [lane] }),
  usage: usageOf(sample),
  budgets: undefined,
  clock: noonClock,
};

async function ask(path: string, change: Partial<Sources> = {}, isTrusted = true): Promise<Answer> {
  const [name = "", query = ""] = path.split("?");
  const route = createRoutes({ ...sources, ...change }).get(name);
  if (route === undefined) throw new Error(`no route ${name}`);
  return route.answer({ query: new URLSearchParams(query), isTrusted });
}

it("exactly health and readiness are open to everybody", () => {
  const open = [...createRoutes(sources)].filter(([, route]) => route.isOpen).map(([path]) => path);
  expect(open).toEqual(["/healthz", "/readyz"]);
});

it("a living process says so", async () => {
  expect(await ask("/healthz")).toMatchObject({ status: 200, body: '{"alive":true}\n' });
});

describe("readiness", () => {
  const late = daemonView({ readiness: { ready: false, reasons: ["sink search is blocked"] } });

  it("is 200 while everything arrives in time", async () => {
    expect(await ask("/readyz")).toMatchObject({ status: 200, body: '{"ready":true,"reasons":[]}\n' });
  });

  it("is 503 with the reason", async () => {
    const answer = await ask("/readyz", { view: late });
    expect(answer).toMatchObject({
      status: 503,
      body: '{"ready":false,"reasons":["sink search is blocked"]}\n',
    });
  });

  it("keeps the reason from those without the token", async () => {
    expect(await ask("/readyz", { view: late }, false)).toMatchObject({
      status: 503,
      body: '{"ready":false}\n',
    });
  });
});

it("metrics come in the text format", async () => {
  const answer = await ask("/metrics");
  expect(answer.contentType).toBe("text/plain; version=0.0.4; charset=utf-8");
  expect(answer.body).toContain('mem0_audit_lines_read_total{sink="search"} 5321\n');
});

it("the status is the one of the command line", async () => {
  expect(JSON.parse((await ask("/api/v1/status")).body)).toEqual(statusReport([lane]));
});

it("the usage API is there", async () => {
  const answer = await ask("/api/v1/usage?days=7&agent=dev");
  expect(JSON.parse(answer.body)).toMatchObject({ summary: { total_requests: 1, total_usd: "0.1858048" } });
  expect((await ask("/api/v1/usage/errors")).status).toBe(200);
});

describe("the page", () => {
  it("comes with all that it names", async () => {
    const { status, contentType, body } = await ask("/");
    expect([status, contentType]).toEqual([200, "text/html; charset=utf-8"]);
    const named = [...body.matchAll(/<(?:link|script)[^>]* (?:href|src)="([^"]+)"/g)];
    expect(named.length).toBeGreaterThan(3);
    for (const [, name] of named) expect((await ask(`/${name}`)).status).toBe(200);
  });

  it("shows what its address asks for", async () => {
    expect((await ask("/?days=7&agent=dev")).body).toContain("$0.1858");
    expect((await ask("/?days=7&agent=nobody")).body).not.toContain("$0.1858");
  });

  it("says what is wrong with its address, and shows the usual days", async () => {
    const answer = await ask("/?days=x");
    expect(answer.status).toBe(400);
    expect(answer.body).toContain("days: expected a whole number from 1 to 3660, found &quot;x&quot;");
    expect(answer.body).toContain("$0.1858");
  });

  it("works without the embedded store", async () => {
    expect((await ask("/", { usage: undefined })).body).toContain("The embedded store is off");
  });
});
