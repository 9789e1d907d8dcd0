/**
 * Goal: the plan has its steps in the order in which they need one another, and those only that the configuration asks for.
 * Method: plans of several options, by their titles.
 */
import { expect, it } from "vitest";
import { parseIndexName } from "../../../../../src/sinks/bulk/index-name.ts";
import { KIBANA } from "../../../../../src/sinks/bulk/setup/dashboard-step.ts";
import { type SearchSetupSubject, searchSetupPlan } from "../../../../../src/sinks/bulk/setup/plan.ts";
import { skippedStep } from "../../../../../src/sinks/bulk/setup/step.ts";
import { indexTemplate } from "../../../../../src/sinks/bulk/template.ts";
import { answerOf } from "../../../../support/recorded-answers.ts";
import { scriptedTransport } from "../../../../support/scripted-transport.ts";

function planOf(option: string, parts: Partial<SearchSetupSubject> = {}) {
  const index = parseIndexName(option);
  const template = indexTemplate(index, "flat_object");
  const subject = {
    index,
    template,
    ownsTemplate: true,
    policy: undefined,
    lifecycle: undefined,
    dashboards: undefined,
    ...parts,
  };
  return searchSetupPlan(
    subject,
    scriptedTransport(() => answerOf(404)),
  );
}

function titles(plan: ReturnType<typeof planOf>) {
  return plan.steps.map(({ title }) => title);
}

const TEMPLATE = 'index template "logs"';
const ALIAS = 'alias "logs" on the indices that are there';

it("has a template and an alias", () => {
  expect(titles(planOf("logs-{yyyy.MM.dd}"))).toEqual([TEMPLATE, ALIAS]);
});

it("begins with the policy that the template may name", () => {
  const policy = skippedStep("policy", "for the test");
  expect(titles(planOf("logs-{yyyy.MM.dd}", { policy }))).toEqual(["policy", TEMPLATE, ALIAS]);
});

it("has no alias for an index without a day, whose name says it all", () => {
  expect(titles(planOf("logs"))).toEqual([TEMPLATE]);
});

it("leaves the template to others if the configuration says so", async () => {
  const [template] = planOf("logs", { ownsTemplate: false }).steps;
  const state = await template?.examine(new AbortController().signal);
  expect(state).toEqual({ state: "skipped", message: "template: off says that it comes from elsewhere" });
});

it("ends with the dashboard, and closes the way to it", async () => {
  const closed: string[] = [];
  const transport = {
    ...scriptedTransport(() => answerOf(404)),
    close: async () => void closed.push("dashboards"),
  };
  const plan = planOf("logs", { dashboards: { product: KIBANA, transport } });
  expect(titles(plan)).toEqual([TEMPLATE, 'dashboard "logs" in Kibana']);
  await plan.close();
  expect(closed).toEqual(["dashboards"]);
});
