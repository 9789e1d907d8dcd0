/**
 * Goal: the saved queries are there once, as they should be, whatever else is saved in the account.
 * Method: the step runs on AWS in memory, which gives two queries a page.
 */
import { expect, test } from "vitest";
import {
  queryDefinitions,
  savedQueriesStep,
} from "../../../../../src/sinks/cloudwatch/setup/saved-query-step.ts";
import { carryOut, examine, FakeAws } from "./fake-aws.ts";

const GROUP = "/mem0/audit-logs";
const WANTED = queryDefinitions("mem0", GROUP);

test("the queries of the folder are made, once", async () => {
  const aws = new FakeAws();
  const step = savedQueriesStep(aws, "mem0", GROUP);
  expect(step.title).toBe('saved queries "mem0/…"');
  expect(await carryOut(step)).toEqual({
    state: "missing",
    requests: WANTED.map((body) => ({ operation: "logs:PutQueryDefinition", body })),
  });
  expect(await examine(step)).toEqual({ state: "present" });
  expect(aws.queries.length).toBe(WANTED.length);
});

test("a query that was changed is replaced by its id", async () => {
  const aws = new FakeAws();
  const step = savedQueriesStep(aws, "mem0", GROUP);
  await carryOut(step);
  const [changed] = aws.queries;
  if (changed !== undefined) changed.logGroupNames = ["/other"];
  const found = await carryOut(step);
  const body = { ...WANTED[0], queryDefinitionId: changed?.queryDefinitionId };
  expect(found).toEqual({
    state: "different",
    requests: [{ operation: "logs:PutQueryDefinition", body }],
  });
  expect(await examine(step)).toEqual({ state: "present" });
  expect(aws.queries.length).toBe(WANTED.length);
});

test("a second query of the same name is left alone if one of them is right", async () => {
  const aws = new FakeAws();
  const step = savedQueriesStep(aws, "mem0", GROUP);
  await carryOut(step);
  aws.queries.unshift({ name: WANTED[0]?.name, queryString: "limit 1", queryDefinitionId: "other" });
  expect(await examine(step)).toEqual({ state: "present" });
});

test("queries outside of the folder are not ours", async () => {
  const aws = new FakeAws();
  aws.queries.push({ name: "mem0-mine/cost per agent", queryDefinitionId: "mine" });
  await carryOut(savedQueriesStep(aws, "mem0", GROUP));
  expect(aws.queries[0]).toEqual({ name: "mem0-mine/cost per agent", queryDefinitionId: "mine" });
});
