/**
 * Goal: `setup` looks first, makes only what is missing, tries every step whatever became of the one before, and
 * in a dry run makes nothing.
 * Method: plans whose steps answer as they are told and remember what was asked of them.
 */
import { expect, test } from "vitest";
import { z } from "zod";
import { runSetup } from "../../../src/cli/setup-run.ts";
import { loadConfig } from "../../../src/config/load.ts";
import { SetupFault, type SetupState, type SetupStep } from "../../../src/sinks/setup.ts";
import type { SinkKind } from "../../../src/sinks/table.ts";
import { systemClock } from "../../../src/system/clock.ts";
import { configOf } from "../config/loading.ts";

const REQUESTS = [{ operation: "PUT /thing", body: { a: 1 } }];

/** What the steps and plans of a test were asked to do. */
let history: string[] = [];

function step(title: string, state: SetupState, fault?: Error): SetupStep {
  return {
    title,
    examine: async () => state,
    apply: async (requests) => {
      history.push(`${title}: ${requests.map(({ operation }) => operation).join()}`);
      if (fault !== undefined) throw fault;
    },
  };
}

function kindOf(steps: readonly SetupStep[]): SinkKind {
  const close = async () => void history.push("closed");
  return {
    options: z.strictObject({}),
    create: () => Promise.reject(new Error("setting up delivers nothing")),
    setup: async () => ({ steps, close }),
  };
}

async function run(steps: readonly SetupStep[], isDryRun = false) {
  history = [];
  const loaded = await loadConfig({ environment: {}, files: { readWhole: async () => undefined } });
  if (!loaded.ok) throw new Error("the defaults must load");
  const settings = { type: "fake", retry: { initial: 1, max: 1 } };
  const config = { ...loaded.config, sinks: { search: settings, other: { ...settings, type: "bare" } } };
  const bare: SinkKind = { options: z.strictObject({}), create: kindOf([]).create };
  const tools = { clock: systemClock, kinds: { fake: kindOf(steps), bare } };
  const request = { isDryRun, sinks: ["search", "other"] };
  return runSetup(config, request, tools, new AbortController().signal);
}

const STEPS = [
  step("new", { state: "missing", requests: REQUESTS }),
  step("refusing", { state: "refused", message: "not allowed: ask for the right" }),
  step("failing", { state: "different", requests: REQUESTS }, new SetupFault("it said no")),
  step("old", { state: "different", requests: REQUESTS }),
  step("unknown", { state: "skipped", message: "this server has none" }),
  step("good", { state: "present" }),
];

test("each step has its outcome, and one that fails hides no other", async () => {
  const [search] = await run(STEPS);
  expect(search).toEqual({
    name: "search",
    steps: [
      { title: "new", outcome: "created", requests: REQUESTS },
      { title: "refusing", outcome: "refused", message: "not allowed: ask for the right" },
      { title: "failing", outcome: "refused", message: "it said no", requests: REQUESTS },
      { title: "old", outcome: "changed", requests: REQUESTS },
      { title: "unknown", outcome: "skipped", message: "this server has none" },
      { title: "good", outcome: "already_there" },
    ],
  });
  expect(history).toEqual(["new: PUT /thing", "failing: PUT /thing", "old: PUT /thing", "closed"]);
});

test("a dry run says what would be sent and sends nothing", async () => {
  const [search] = await run(STEPS, true);
  expect(search?.steps.map(({ outcome }) => outcome)).toEqual([
    "would_create",
    "refused",
    "would_change",
    "would_change",
    "skipped",
    "already_there",
  ]);
  expect(search?.steps[0]).toMatchObject({ requests: REQUESTS });
  expect(history).toEqual(["closed"]);
});

test("a kind without anything to set up has no steps", async () => {
  expect((await run([]))[1]).toEqual({ name: "other", steps: [] });
});

test("a step looks when its turn has come, so it sees what the one before has made", async () => {
  const order: string[] = [];
  const telling = (title: string): SetupStep => ({
    title,
    examine: async () => {
      order.push(`look ${title}`);
      return { state: "missing", requests: [] };
    },
    apply: async () => void order.push(`make ${title}`),
  });
  await run([telling("policy"), telling("template")]);
  expect(order).toEqual(["look policy", "make policy", "look template", "make template"]);
});

test("a defect is not taken for a refusal, and the plan is closed all the same", async () => {
  const broken = step("broken", { state: "missing", requests: [] }, new TypeError("a defect"));
  await expect(run([broken])).rejects.toThrow("a defect");
  expect(history).toContain("closed");
});

test("bodies in a bucket are set up under their own name, without a sink of it", async () => {
  const bodies = { store: "s3", bucket: "mem0-bodies", region: "us-east-1", endpoint: "http://127.0.0.1:9" };
  const config = await configOf(JSON.stringify({ bodies }));
  const request = { isDryRun: true, sinks: ["bodies"] };
  const results = await runSetup(
    config,
    request,
    { clock: systemClock, kinds: {} },
    new AbortController().signal,
  );
  expect(results).toMatchObject([{ name: "bodies", steps: [{ outcome: "skipped" }] }]);
});
