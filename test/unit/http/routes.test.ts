/**
 * Goal: every path answers what is published, and says no in a way that helps.
 * Method: routes called directly, with a daemon written by hand.
 */
import { describe, expect, it } from "vitest";
import { statusReport } from "../../../src/daemon/status-report.ts";
import type { Answer } from "../../../src/http/answer.ts";
import { createRoutes, type Sources } from "../../../src/http/routes.ts";
import type { UsageQuery } from "../../../src/http/usage-query.ts";
import { daemonView, lane, totals } from "./fixture.ts";

const questions: UsageQuery[] = [];
const sources: Sources = {
  view: daemonView({ lanes: [lane] }),
  usage: {
    series: (query) => {
      questions.push(query);
      return { summary: { total_requests: 7 } };
    },
    totals: () => totals,
  },
  clock: { nowMs: () => 1000, monotonicMs: () => 0, sleep: async () => {} },
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

describe("usage", () => {
  it("is asked what the address says", async () => {
    const answer = await ask("/api/v1/usage?days=7&tz=Europe/Berlin&agent=dev");
    expect(JSON.parse(answer.body)).toEqual({ summary: { total_requests: 7 } });
    expect(questions.at(-1)).toMatchObject({ days: 7, tz: "Europe/Berlin", agent: "dev" });
  });

  it("is refused with what would be right", async () => {
    const answer = await ask("/api/v1/usage?days=x");
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toEqual({
      error: 'days: expected a whole number from 1 to 3660, found "x"',
    });
  });

  it("is not there without the embedded store", async () => {
    const answer = await ask("/api/v1/usage", { usage: undefined });
    expect(answer.status).toBe(404);
    expect(answer.body).toContain("store.enabled");
  });
});

describe("the page", () => {
  it("comes with its style, script and icon", async () => {
    const types = await Promise.all(["/", "/page.css", "/page.js", "/icon.svg"].map((path) => ask(path)));
    expect(types.map(({ contentType }) => contentType)).toEqual([
      "text/html; charset=utf-8",
      "text/css; charset=utf-8",
      "text/javascript; charset=utf-8",
      "image/svg+xml",
    ]);
    expect(types[0]?.body).toContain("Last 30 days");
  });

  it("works without the embedded store", async () => {
    expect((await ask("/", { usage: undefined })).body).toContain("The embedded store is off");
  });
});
