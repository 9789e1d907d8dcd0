/**
 * Goal: the options of a sink of type `opensearch` lead to the right plan.
 * Method: plans of several configurations, by their titles and by what they ask a small server.
 */
import { afterEach, beforeEach, expect, it } from "vitest";
import { openSearchOptions } from "../../../../src/sinks/opensearch/options.ts";
import { openSearchSetup } from "../../../../src/sinks/opensearch/setup.ts";
import { systemClock } from "../../../../src/system/clock.ts";
import { startFakeDashboards } from "../../../support/fake-dashboards.ts";
import { type FakeOpenSearch, startFakeOpenSearch } from "../../../support/fake-opensearch.ts";
import { forgetfulMemory } from "../../../support/sink-memory.ts";

let server: FakeOpenSearch;
beforeEach(async () => {
  server = await startFakeOpenSearch();
});
afterEach(() => server.close());

async function planOf(configuration: object) {
  const options = openSearchOptions.parse({ endpoints: [server.url], ...configuration });
  return openSearchSetup(options, {
    name: "search",
    clock: systemClock,
    instance: "",
    labels: {},
    memory: forgetfulMemory(),
  });
}

it("makes the daemon's own template and the alias, after looking with the sink's credentials", async () => {
  const plan = await planOf({ auth: { username: "admin", password: "geheim" } });
  expect(plan.steps.map(({ title }) => title)).toEqual([
    'index template "mem0-audit-logs"',
    'alias "mem0-audit-logs" on the indices that are there',
  ]);
  const state = await plan.steps[0]?.examine(new AbortController().signal);
  expect(state).toHaveProperty("requests.0.body.template.mappings.properties.labels.type", "flat_object");
  expect(state).toHaveProperty("requests.0.body.template.aliases", { "mem0-audit-logs": {} });
  expect(new Set(server.requests.map(({ method }) => method))).toEqual(new Set(["GET"]));
  expect(server.requests[0]?.headers.authorization).toMatch(/^Basic /);
  await plan.close();
});

it("makes an ISM policy for a retention", async () => {
  const plan = await planOf({ index: "logs-{yyyy.MM.dd}", setup: { retention: "30d" } });
  expect(plan.steps[0]?.title).toBe('ISM policy "logs" that deletes indices after 30d');
  await plan.close();
});

it("says that Serverless keeps its retention elsewhere", async () => {
  const auth = { sigv4: { region: "us-east-1", service: "aoss" } };
  const plan = await planOf({ auth, setup: { retention: "30d" } });
  expect(await plan.steps[0]?.examine(new AbortController().signal)).toMatchObject({
    state: "skipped",
    message: expect.stringContaining("data lifecycle policy in AWS"),
  });
  await plan.close();
});

it("imports the dashboard once, with the same credentials, at an address that may have a path", async () => {
  const dashboards = await startFakeDashboards("osd-xsrf", "/_dashboards");
  const signal = new AbortController().signal;
  const plan = await planOf({
    auth: { username: "admin", password: "geheim" },
    setup: { dashboards: dashboards.url },
  });
  try {
    const step = plan.steps.at(-1);
    const state = await step?.examine(signal);
    if (state?.state !== "missing") throw new Error(`it is ${state?.state}`);
    expect(dashboards.requests.filter((request) => !request.startsWith("GET "))).toEqual([]);
    await step?.apply(state.requests, signal);
    expect(dashboards.objects.size).toBe(6);
    expect(await step?.examine(signal)).toEqual({ state: "present" });
    expect(dashboards.requests.filter((request) => !request.startsWith("GET "))).toEqual([
      "POST /_dashboards/api/saved_objects/_import?overwrite=true",
    ]);
    for (const { authorization } of dashboards.headers) expect(authorization).toMatch(/^Basic /);
  } finally {
    await plan.close();
    await dashboards.close();
  }
});
