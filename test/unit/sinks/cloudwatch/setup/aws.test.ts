/**
 * Goal: whatever a list is cut into, all of it is looked at.
 * Method: pages of AWS in memory.
 */
import { expect, test } from "vitest";
import { pages } from "../../../../../src/sinks/cloudwatch/setup/aws.ts";
import { FakeAws } from "./fake-aws.ts";

test.each([0, 1, 2, 3, 4, 5])("all of %i queries are seen, in pages of two", async (count) => {
  const aws = new FakeAws();
  for (let index = 0; index < count; index++) aws.queries.push({ name: `mem0/${index}` });
  const input = { queryDefinitionNamePrefix: "mem0/" };
  const seen: unknown[] = [];
  for await (const page of pages(aws, "logs:DescribeQueryDefinitions", input, new AbortController().signal)) {
    seen.push(...(page.queryDefinitions ?? []));
  }
  expect(seen).toEqual(aws.queries);
});
