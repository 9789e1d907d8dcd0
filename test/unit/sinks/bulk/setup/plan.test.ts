/**
 * Goal: the plan has its steps in the order in which they need one another, and those only that the configuration asks for.
 * Method: plans of several options, by their titles; transports that only say where they lead and that they are closed.
 */
import { expect, it } from "vitest";
import { OPENSEARCH } from "../../../../../src/sinks/bulk/flavour.ts";
import { KIBANA } from "../../../../../src/sinks/bulk/setup/dashboard-step.ts";
import { type PlanOptions, searchSetupPlan } from "../../../../../src/sinks/bulk/setup/plan.ts";
import type { RetentionSubject } from "../../../../../src/sinks/bulk/setup/retention.ts";
import { skippedStep } from "../../../../../src/sinks/bulk/setup/step.ts";
import { answerOf } from "../../../../support/recorded-answers.ts";
import { scriptedTransport } from "../../../../support/scripted-transport.ts";

const signal = new AbortController().signal;

function planOf(options: Partial<PlanOptions>) {
  const subjects: RetentionSubject[] = [];
  const closed: string[] = [];
  const defaults = { index: "logs-{yyyy.MM.dd}", template: "auto", data_stream: false, setup: {} } as const;
  const plan = searchSetupPlan(
    { ...defaults, ...options },
    {
      flavour: OPENSEARCH,
      dashboards: KIBANA,
      retention: (subject) => {
        subjects.push(subject);
        return { policy: skippedStep("policy", "for the test"), lifecycle: undefined };
      },
      transportTo: (address = "server") => ({
        ...scriptedTransport(() => answerOf(404)),
        close: async () => void closed.push(address),
      }),
    },
  );
  return { plan, titles: plan.steps.map(({ title }) => title), subjects, closed };
}

const TEMPLATE = 'index template "logs"';
const ALIAS = 'alias "logs" on the indices that are there';

it("has a template and an alias", async () => {
  const { plan, titles, closed } = planOf({});
  expect(titles).toEqual([TEMPLATE, ALIAS]);
  await plan.close();
  expect(closed).toEqual(["server"]);
});

it("begins with the policy that the template may name", () => {
  const { titles, subjects } = planOf({ setup: { retention: 86_400_000 } });
  expect(titles).toEqual(["policy", TEMPLATE, ALIAS]);
  expect(subjects).toEqual([
    { name: "logs", pattern: "logs-*", retentionMs: 86_400_000, isDataStream: false },
  ]);
});

it("ends with the dashboard, and closes the way to it", async () => {
  const { plan, titles, closed } = planOf({ setup: { dashboards: "http://kibana" } });
  expect(titles).toEqual([TEMPLATE, ALIAS, 'dashboard "logs" in Kibana']);
  await plan.close();
  expect(closed).toEqual(["server", "http://kibana"]);
});

it("has no alias for an index without a day, whose name says it all", () => {
  expect(planOf({ index: "logs" }).titles).toEqual([TEMPLATE]);
});

it("has no alias for a data stream, which is one already", async () => {
  const { plan, titles } = planOf({ index: "logs", data_stream: true });
  expect(titles).toEqual([TEMPLATE]);
  expect(await plan.steps[0]?.examine(signal)).toHaveProperty("requests.0.body.data_stream", {});
});

it("leaves the template to others if the configuration says so", async () => {
  const [template] = planOf({ template: "off" }).plan.steps;
  expect(await template?.examine(signal)).toEqual({
    state: "skipped",
    message: "template: off says that it comes from elsewhere",
  });
});
