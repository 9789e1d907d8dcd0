/**
 * Goal: the dashboard is imported once, again only if it is no longer what it should be, and every refusal is told.
 * Method: exact requests of a scripted transport, since there is no OpenSearch Dashboards and no Kibana to test with.
 */
import { describe, expect, it } from "vitest";
import type { SearchRequest } from "../../../../../src/sinks/bulk/answer.ts";
import {
  dashboardStep,
  KIBANA,
  OPENSEARCH_DASHBOARDS,
} from "../../../../../src/sinks/bulk/setup/dashboard-step.ts";
import { savedObjects, toNdjson } from "../../../../../src/sinks/bulk/setup/saved-objects.ts";
import { answerOf } from "../../../../support/recorded-answers.ts";
import { scriptedTransport } from "../../../../support/scripted-transport.ts";

const signal = new AbortController().signal;
const OBJECTS = savedObjects("logs", "logs-*");
const PATHS = OBJECTS.map(({ type, id }) => `/api/saved_objects/${type}/${id}`);
const REQUESTS = [{ operation: "POST /api/saved_objects/_import?overwrite=true", body: OBJECTS }];

function stepOn(answer: Parameters<typeof scriptedTransport>[0], product = OPENSEARCH_DASHBOARDS) {
  const transport = scriptedTransport(answer);
  return { step: dashboardStep({ name: "logs", pattern: "logs-*" }, product, transport), transport };
}

/** A server that has these objects. */
function having(objects: readonly { readonly type: string; readonly id: string }[]) {
  return ({ path }: SearchRequest) => {
    const object = objects.find(({ type, id }) => path === `/api/saved_objects/${type}/${id}`);
    return object === undefined ? answerOf(404, { statusCode: 404 }) : answerOf(200, object);
  };
}

describe("looking", () => {
  it("asks for every object", async () => {
    const { step, transport } = stepOn(having([]));
    expect(step.title).toBe('dashboard "logs" in OpenSearch Dashboards');
    expect(await step.examine(signal)).toEqual({ state: "missing", requests: REQUESTS });
    expect(transport.requests.map(({ method, path }) => [method, path])).toEqual(
      PATHS.map((path) => ["GET", path]),
    );
  });

  it("finds that all are there, though the server has rewritten them", async () => {
    const rewritten = OBJECTS.map((object) => ({
      ...object,
      attributes: { ...object.attributes, visState: "rewritten" },
      migrationVersion: { dashboard: "9.0.0" },
    }));
    expect(await stepOn(having(rewritten)).step.examine(signal)).toEqual({ state: "present" });
  });

  it("finds one that was deleted", async () => {
    const { step } = stepOn(having(OBJECTS.slice(1)));
    expect(await step.examine(signal)).toEqual({ state: "different", requests: REQUESTS });
  });

  it("finds a dashboard of another definition", async () => {
    const older = OBJECTS.map((object) => ({
      ...object,
      attributes: { ...object.attributes, description: "definition 00000000" },
    }));
    expect(await stepOn(having(older)).step.examine(signal)).toMatchObject({ state: "different" });
  });

  it("sends to a file where the server does not tell", async () => {
    expect(await stepOn(() => answerOf(405, {})).step.examine(signal)).toMatchObject({
      state: "skipped",
      message: expect.stringContaining("import deploy/dashboards/mem0-audit-logs.ndjson by hand"),
    });
  });

  it("is refused without the right", async () => {
    const { step } = stepOn(() => answerOf(403, { statusCode: 403, error: "Forbidden" }), KIBANA);
    expect(await step.examine(signal)).toMatchObject({
      state: "refused",
      message: expect.stringContaining("give this user the right to write saved objects in Kibana"),
    });
  });
});

describe("importing", () => {
  const DONE = answerOf(200, { success: true, successCount: OBJECTS.length });

  it.each([
    [OPENSEARCH_DASHBOARDS, { "osd-xsrf": "true", securitytenant: "global" }],
    [KIBANA, { "kbn-xsrf": "true", accept: "application/json" }],
  ])("sends the file as a form: $product", async (product, headers) => {
    const { step, transport } = stepOn(() => DONE, product);
    await step.apply(REQUESTS, signal);
    const [request] = transport.requests;
    expect(request).toMatchObject({
      method: "POST",
      path: "/api/saved_objects/_import",
      query: { overwrite: "true" },
    });
    const { "content-type": contentType = "", ...others } = request?.headers ?? {};
    expect(others).toEqual(headers);
    // Read by Node's own parser of forms.
    const form = await new Response(request?.body, { headers: { "content-type": contentType } }).formData();
    const file = form.get("file");
    expect(file).toBeInstanceOf(File);
    expect((file as File).name).toBe("mem0-audit-logs.ndjson");
    expect(await (file as File).text()).toBe(toNdjson(OBJECTS));
  });

  it.each([
    [
      "one object is not taken",
      { success: false, errors: [{ id: "a", type: "search", error: { type: "missing_references" } }] },
      "OpenSearch Dashboards did not take a (missing_references)",
    ],
    ["something else answers", {}, "check setup.dashboards"],
  ])("fails if %s", async (_, body, message) => {
    const { step } = stepOn(() => answerOf(200, body));
    await expect(step.apply(REQUESTS, signal)).rejects.toThrow(message);
  });

  it("fails without the right", async () => {
    const { step } = stepOn(() => answerOf(403, { statusCode: 403, error: "Forbidden" }));
    await expect(step.apply(REQUESTS, signal)).rejects.toThrow("give this user the right");
  });

  it("fails if there is no such address", async () => {
    const { step } = stepOn(() => answerOf(404, { statusCode: 404, error: "Not Found" }));
    await expect(step.apply(REQUESTS, signal)).rejects.toThrow("check setup.dashboards");
  });
});
