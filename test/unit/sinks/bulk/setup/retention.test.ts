/**
 * Goal: policies are made, changed and left alone by the requests that the vendors document, since no test server has
 * ISM or ILM.
 * Method: answers in the form of the documents' samples; exact requests.
 */
import { describe, expect, it } from "vitest";
import {
  dataStreamRetention,
  ilmRetention,
  ismRetention,
  type Retention,
} from "../../../../../src/sinks/bulk/setup/retention.ts";
import { examine, NO_HANDLER } from "./examining.ts";

const DAY_MS = 86_400_000;
const subject = { name: "logs", pattern: "logs-*", retentionMs: 30 * DAY_MS, isDataStream: false };

function policyOf({ policy }: Retention) {
  if (policy === undefined) throw new Error("there is no policy");
  return policy;
}

describe("ISM", () => {
  const ismStep = (changed: Partial<typeof subject> = {}) =>
    policyOf(ismRetention({ ...subject, ...changed }));

  const PATH = "/_plugins/_ism/policies/logs";
  const policy = {
    description: "Audit logs of the mem0 Memory Service, deleted after 30d; managed by mem0-audit-shipper",
    default_state: "live",
    states: [
      {
        name: "live",
        actions: [],
        transitions: [{ state_name: "deleted", conditions: { min_index_age: "30d" } }],
      },
      { name: "deleted", actions: [{ delete: {} }], transitions: [] },
    ],
    ism_template: [{ index_patterns: ["logs-*"], priority: 210 }],
  };
  const stored = {
    _id: "logs",
    _version: 3,
    _seq_no: 17,
    _primary_term: 2,
    policy: {
      policy_id: "logs",
      ...policy,
      last_updated_time: 1_642_027_350_875,
      schema_version: 21,
      error_notification: null,
      states: [
        policy.states[0],
        {
          name: "deleted",
          actions: [{ retry: { count: 3, backoff: "exponential", delay: "1m" }, delete: {} }],
          transitions: [],
        },
      ],
      ism_template: [{ index_patterns: ["logs-*"], priority: 210, last_updated_time: 1_642_027_350_875 }],
    },
  };

  it("gets the policy if it has none", async () => {
    expect(ismStep().title).toBe('ISM policy "logs" that deletes indices after 30d');
    expect(await examine(ismStep(), {})).toEqual({
      state: "missing",
      requests: [{ operation: `PUT ${PATH}`, body: { policy } }],
    });
  });

  it("keeps the policy it has, whatever it adds to it", async () => {
    expect(await examine(ismStep(), { [PATH]: stored })).toEqual({ state: "present" });
  });

  it("changes a policy only in the state in which it was seen", async () => {
    const state = await examine(ismStep({ retentionMs: 60 * DAY_MS }), { [PATH]: stored });
    expect(state).toMatchObject({
      state: "different",
      requests: [
        {
          operation: `PUT ${PATH}?if_seq_no=17&if_primary_term=2`,
          body: {
            policy: { states: [{ transitions: [{ conditions: { min_index_age: "60d" } }] }, {}] },
          },
        },
      ],
    });
  });

  it("begins a new index of a data stream every day, since the last one cannot be deleted", async () => {
    const state = await examine(ismStep({ isDataStream: true, pattern: "logs" }), {});
    expect(state).toHaveProperty("requests.0.body.policy.states.0", {
      name: "live",
      actions: [{ rollover: { min_index_age: "1d" } }],
      transitions: [{ state_name: "deleted", conditions: { min_rollover_age: "30d" } }],
    });
  });

  it("is left alone if the policy is somebody else's, or if there is no ISM", async () => {
    const theirs = { ...stored, policy: { ...stored.policy, description: "ours" } };
    expect(await examine(ismStep(), { [PATH]: theirs })).toMatchObject({
      state: "refused",
      message: expect.stringContaining("an ISM policy of this name that mem0-audit-shipper did not make"),
    });
    expect(await examine(ismStep(), { [PATH]: NO_HANDLER })).toMatchObject({
      state: "skipped",
      message: expect.stringContaining("this server has no ISM"),
    });
  });
});

describe("ILM", () => {
  const ilmStep = (changed: Partial<typeof subject> = {}) =>
    policyOf(ilmRetention({ ...subject, ...changed }));

  const PATH = "/_ilm/policy/logs";
  const policy = {
    phases: {
      hot: { min_age: "0ms", actions: {} },
      delete: { min_age: "30d", actions: { delete: {} } },
    },
    _meta: { description: "Audit logs of the mem0 Memory Service", managed_by: "mem0-audit-shipper" },
  };
  const stored = {
    logs: {
      version: 1,
      modified_date: "2026-11-21T00:00:00.000Z",
      policy: {
        ...policy,
        phases: {
          ...policy.phases,
          delete: { min_age: "30d", actions: { delete: { delete_searchable_snapshot: true } } },
        },
      },
      in_use_by: { indices: [], data_streams: [], composable_templates: ["logs"] },
    },
  };

  it("gets the policy if it has none", async () => {
    expect(ilmStep().title).toBe('ILM policy "logs" that deletes indices after 30d');
    expect(await examine(ilmStep(), {})).toEqual({
      state: "missing",
      requests: [{ operation: `PUT ${PATH}`, body: { policy } }],
    });
  });

  it("keeps the policy it has, and changes one that is no longer right", async () => {
    expect(await examine(ilmStep(), { [PATH]: stored })).toEqual({ state: "present" });
    const state = await examine(ilmStep({ retentionMs: DAY_MS }), { [PATH]: stored });
    expect(state).toMatchObject({ state: "different", requests: [{ operation: `PUT ${PATH}` }] });
    expect(state).toHaveProperty("requests.0.body.policy.phases.delete.min_age", "1d");
  });

  it("is left alone if the policy is somebody else's, or if there is no ILM", async () => {
    const theirs = { logs: { ...stored.logs, policy: { phases: {} } } };
    expect(await examine(ilmStep(), { [PATH]: theirs })).toMatchObject({ state: "refused" });
    expect(await examine(ilmStep(), { [PATH]: NO_HANDLER })).toMatchObject({
      state: "skipped",
      message: expect.stringContaining("this server has no ILM"),
    });
  });

  it("is named in the template where the server has it", async () => {
    const { lifecycle } = ilmRetention(subject);
    expect(lifecycle?.members).toEqual({ settings: { index: { lifecycle: { name: "logs" } } } });
    expect(await lifecycle?.isSupported(async () => ({ outcome: "missing" }))).toBe(true);
    expect(await lifecycle?.isSupported(async () => ({ outcome: "unsupported" }))).toBe(false);
  });
});

it("a data stream of Elasticsearch keeps its documents by itself", async () => {
  const { policy, lifecycle } = dataStreamRetention({ ...subject, retentionMs: 7 * DAY_MS });
  expect(policy).toBeUndefined();
  expect(lifecycle?.members).toEqual({ lifecycle: { data_retention: "7d" } });
  expect(await lifecycle?.isSupported(async () => ({ outcome: "unsupported" }))).toBe(true);
});
