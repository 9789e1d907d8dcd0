/**
 * Goal: the template is put if it is missing or no longer what it should be, keeps what a person added, and never
 * takes the place of another.
 * Method: templates as servers show them, made by changing ours.
 */
import { describe, expect, it } from "vitest";
import { type TemplateLifecycle, templateStep } from "../../../../../src/sinks/bulk/setup/template-step.ts";
import { examine } from "./examining.ts";

const PATH = "/_index_template/logs";
const OWNER = { managed_by: "mem0-audit-shipper" };

const body = {
  index_patterns: ["logs-*"],
  priority: 210,
  version: 1,
  template: {
    settings: { index: { number_of_shards: 1 } },
    mappings: { dynamic: false, properties: { ts: { type: "date" } } },
  },
  _meta: OWNER,
};
const wanted = { ...body, template: { ...body.template, aliases: { logs: {} } } };

function step(parts: { alias?: string | undefined; lifecycle?: TemplateLifecycle; template?: object } = {}) {
  const { alias = "logs", lifecycle, template = body } = parts;
  return templateStep({
    template: { name: "logs", body: template as typeof body },
    alias: "alias" in parts ? parts.alias : alias,
    lifecycle,
  });
}

/** A template as the server shows it. */
function shown(template: object) {
  return { [PATH]: { index_templates: [{ name: "logs", index_template: template }] } };
}

/** What the server makes of ours: texts for numbers, and members of its own. */
const stored = {
  ...wanted,
  composed_of: [],
  created_date_millis: 1,
  template: {
    ...wanted.template,
    settings: { index: { number_of_shards: "1" } },
    mappings: { dynamic: "false", properties: { ts: { type: "date" } } },
  },
};

function lifecycle(members: object, isSupported = true): TemplateLifecycle {
  return { isSupported: async () => isSupported, members: { ...members } };
}
const ILM = lifecycle({ settings: { index: { lifecycle: { name: "logs" } } } });

describe("the index template", () => {
  it("is made if it is missing, with the alias", async () => {
    expect(await examine(step(), {})).toEqual({
      state: "missing",
      requests: [{ operation: `PUT ${PATH}`, body: wanted }],
    });
  });

  it("is there if the server shows it in its own words", async () => {
    expect(await examine(step(), shown(stored))).toEqual({ state: "present" });
  });

  it("is put again if it is older, and has the alias then", async () => {
    expect(await examine(step(), shown({ ...body, version: 0 }))).toEqual({
      state: "different",
      requests: [{ operation: `PUT ${PATH}`, body: wanted }],
    });
  });

  it("keeps the members and settings that a person added", async () => {
    const theirs = {
      ...stored,
      version: 0,
      template: {
        settings: { index: { number_of_shards: "3", number_of_replicas: "2" } },
        mappings: { dynamic: "true", properties: { ts: { type: "text" }, mine: { type: "keyword" } } },
        aliases: { logs: {}, everything: {} },
      },
    };
    const state = await examine(step(), shown(theirs));
    expect(state).toMatchObject({ state: "different" });
    expect(state).toHaveProperty("requests.0.body", {
      ...wanted,
      template: {
        settings: { index: { number_of_shards: "3", number_of_replicas: "2" } },
        mappings: { dynamic: false, properties: { ts: { type: "date" }, mine: { type: "keyword" } } },
        aliases: { everything: {}, logs: {} },
      },
    });
  });

  it("is refused if it is somebody else's", async () => {
    for (const _meta of [undefined, { managed_by: "them" }]) {
      const state = await examine(step(), shown({ ...stored, _meta }));
      expect(state).toMatchObject({ state: "refused", message: expect.stringContaining("did not make") });
    }
  });

  it("is refused where an index has the name of the alias: no index could be made any more", async () => {
    const inTheWay = { "/_resolve/index/logs": { indices: [{ name: "logs" }] } };
    expect(await examine(step(), { ...inTheWay, ...shown(body) })).toMatchObject({
      state: "refused",
      message: expect.stringContaining('an index named "logs" is in the way'),
    });
  });

  it("is refused where an index has the name of the data stream", async () => {
    const inTheWay = { "/_resolve/index/logs": { indices: [{ name: "logs" }] } };
    const stream = step({ alias: undefined, template: { ...body, data_stream: {} } });
    expect(await examine(stream, inTheWay)).toMatchObject({
      state: "refused",
      message: expect.stringContaining("in the way of the data stream"),
    });
    const backing = { indices: [], data_streams: [{ name: "logs", backing_indices: [".ds-logs-000001"] }] };
    expect(await examine(stream, { "/_resolve/index/logs": backing })).toMatchObject({ state: "missing" });
  });

  it("needs no alias where the index has no day in its name", async () => {
    expect(await examine(step({ alias: undefined }), {})).toHaveProperty("requests.0.body", body);
    expect(await examine(step({ alias: undefined }), shown(body))).toEqual({ state: "present" });
  });
});

describe("the lifecycle in it", () => {
  it("names the policy, where the server knows policies", async () => {
    const policy = { index: { number_of_shards: 1, lifecycle: { name: "logs" } } };
    expect(await examine(step({ lifecycle: ILM }), {})).toHaveProperty(
      "requests.0.body.template.settings",
      policy,
    );
    expect(await examine(step({ lifecycle: ILM }), shown(stored))).toMatchObject({ state: "different" });
    const followed = { ...stored, template: { ...stored.template, settings: policy } };
    expect(await examine(step({ lifecycle: ILM }), shown(followed))).toEqual({ state: "present" });
    const unsupported = lifecycle(ILM.members, false);
    expect(await examine(step({ lifecycle: unsupported }), shown(stored))).toEqual({ state: "present" });
  });

  it("goes away with the retention", async () => {
    const followed = {
      ...stored,
      template: {
        ...stored.template,
        settings: { index: { number_of_shards: "1", lifecycle: { name: "logs" } } },
      },
    };
    const state = await examine(step(), shown(followed));
    expect(state).toMatchObject({ state: "different" });
    expect(state).toHaveProperty("requests.0.body.template.settings", { index: { number_of_shards: "1" } });
  });

  it("of a data stream stands in the template, and other members of it stay", async () => {
    const template = { ...body, data_stream: {}, template: { mappings: body.template.mappings } };
    const parts = {
      template,
      alias: undefined,
      lifecycle: lifecycle({ lifecycle: { data_retention: "30d" } }),
    };
    expect(await examine(step(parts), {})).toHaveProperty("requests.0.body.template.lifecycle", {
      data_retention: "30d",
    });
    const kept = { ...template.template, lifecycle: { enabled: true, data_retention: "30d" } };
    const asShown = { ...template, data_stream: { hidden: false }, template: kept };
    expect(await examine(step(parts), shown(asShown))).toEqual({ state: "present" });
    const shorter = { ...asShown, template: { ...kept, lifecycle: { enabled: true, data_retention: "7d" } } };
    expect(await examine(step(parts), shown(shorter))).toHaveProperty("requests.0.body.template.lifecycle", {
      enabled: true,
      data_retention: "30d",
    });
    expect(await examine(step({ template, alias: undefined }), shown(asShown))).toMatchObject({
      state: "different",
    });
  });

  it("a data stream and an index are not the same", async () => {
    const stream = { ...stored, data_stream: {} };
    const state = await examine(step(), shown(stream));
    expect(state).toHaveProperty("requests.0.body", expect.not.objectContaining({ data_stream: {} }));
  });
});
