/**
 * Goal: the options of a sink of type `elasticsearch` lead to the right plan.
 * Method: plans of several configurations, by what they ask a small server and send to a small Kibana.
 */
import { afterEach, beforeEach, expect, it } from "vitest";
import { elasticsearchOptions } from "../../../../src/sinks/elasticsearch/options.ts";
import { elasticsearchSetup } from "../../../../src/sinks/elasticsearch/setup.ts";
import type { SetupPlan } from "../../../../src/sinks/setup.ts";
import { systemClock } from "../../../../src/system/clock.ts";
import { startFakeDashboards } from "../../../support/fake-dashboards.ts";
import {
  ELASTICSEARCH,
  type FakeOpenSearch,
  reply,
  startFakeOpenSearch,
} from "../../../support/fake-opensearch.ts";
import { forgetfulMemory } from "../../../support/sink-memory.ts";

const signal = new AbortController().signal;
let server: FakeOpenSearch;
let plan: SetupPlan | undefined;
beforeEach(async () => {
  server = await startFakeOpenSearch(undefined, ELASTICSEARCH);
});
afterEach(async () => {
  await plan?.close();
  await server.close();
});

async function planOf(configuration: object): Promise<SetupPlan> {
  const options = elasticsearchOptions.parse({ endpoints: [server.url], ...configuration });
  const context = { name: "search", clock: systemClock, instance: "", labels: {}, memory: forgetfulMemory() };
  plan = await elasticsearchSetup(options, context);
  return plan;
}

it("makes the daemon's own template and the alias", async () => {
  const { steps } = await planOf({});
  expect(steps.map(({ title }) => title)).toEqual([
    'index template "mem0-audit-logs"',
    'alias "mem0-audit-logs" on the indices that are there',
  ]);
  const state = await steps[0]?.examine(signal);
  expect(state).toHaveProperty("requests.0.body.template.mappings.properties.labels.type", "flattened");
  expect(state).toHaveProperty("requests.0.body.template.aliases", { "mem0-audit-logs": {} });
});

it("makes an ILM policy for a retention, and has new indices follow it", async () => {
  const { steps } = await planOf({ setup: { retention: "30d" } });
  expect(steps[0]?.title).toBe('ILM policy "mem0-audit-logs" that deletes indices after 30d');
  expect(await steps[1]?.examine(signal)).toHaveProperty(
    "requests.0.body.template.settings.index.lifecycle.name",
    "mem0-audit-logs",
  );
});

it("goes on without ILM on Serverless", async () => {
  server.misbehave = ({ url }, response) => {
    if (!url.pathname.startsWith("/_ilm/")) return false;
    const reason = "Request for uri [/_ilm] exists but is not available when running in serverless mode";
    return reply(response, 410, { error: { type: "api_not_available_exception", reason }, status: 410 });
  };
  const { steps } = await planOf({ setup: { retention: "30d" } });
  expect(await steps[0]?.examine(signal)).toMatchObject({
    state: "skipped",
    message: expect.stringContaining("this server has no ILM"),
  });
  expect(await steps[1]?.examine(signal)).not.toHaveProperty("requests.0.body.template.settings");
});

it("gives a data stream a retention of its own", async () => {
  const { steps } = await planOf({ index: "logs", data_stream: true, setup: { retention: "30d" } });
  expect(steps.map(({ title }) => title)).toEqual(['index template "logs"']);
  expect(await steps[0]?.examine(signal)).toMatchObject({
    requests: [{ body: { data_stream: {}, template: { lifecycle: { data_retention: "30d" } } } }],
  });
});

it("imports the dashboard into Kibana once, into a space, and from Elastic Cloud as well", async () => {
  const kibana = await startFakeDashboards("kbn-xsrf", "/s/audit");
  try {
    const auth = { api_key: "aWQ6c2VjcmV0" };
    // Where the cloud's servers would be, nobody is asked.
    const cloud_id = `deployment:${Buffer.from("nowhere.invalid$es$kibana").toString("base64")}`;
    const { steps } = await planOf({
      ...{ endpoints: undefined, cloud_id, auth },
      setup: { dashboards: kibana.url },
    });
    const step = steps.at(-1);
    expect(step?.title).toBe('dashboard "mem0-audit-logs" in Kibana');
    const state = await step?.examine(signal);
    if (state?.state !== "missing") throw new Error(`it is ${state?.state}`);
    await step?.apply(state.requests, signal);
    expect(await step?.examine(signal)).toEqual({ state: "present" });
    expect(kibana.requests.filter((request) => !request.startsWith("GET "))).toEqual([
      "POST /s/audit/api/saved_objects/_import?overwrite=true",
    ]);
    for (const headers of kibana.headers) {
      expect(headers).toMatchObject({ authorization: `ApiKey ${auth.api_key}`, accept: "application/json" });
    }
  } finally {
    await kibana.close();
  }
});
