/** Saved queries: made once, recognised by their names, replaced by their ids. */
import type { QueryDefinition } from "@aws-sdk/client-cloudwatch-logs";
import type { SetupStep } from "../../setup.ts";
import { type Aws, type Change, pages } from "./aws.ts";
import { SAVED_QUERIES } from "./saved-queries.ts";
import { awsStep, fulfils, stateOf } from "./step.ts";

/** The queries as they are to be: `folder/title`, each asked of `logGroup`. */
export function queryDefinitions(folder: string, logGroup: string) {
  return SAVED_QUERIES.map(({ title, query }) => ({
    name: `${folder}/${title}`,
    queryString: query,
    logGroupNames: [logGroup],
  }));
}

export function savedQueriesStep(aws: Aws, folder: string, logGroup: string): SetupStep {
  return awsStep(aws, `saved queries "${folder}/…"`, async (signal) => {
    const found = await definitionsIn(folder, aws, signal);
    const changes = queryDefinitions(folder, logGroup).flatMap((wanted): Change[] => {
      // A name is not unique to the service: a second put without the id would make a second query.
      const sameName = found.filter(({ name }) => name === wanted.name);
      if (sameName.some((one) => fulfils(one, wanted))) return [];
      const id = sameName[0]?.queryDefinitionId;
      const body = id === undefined ? wanted : { ...wanted, queryDefinitionId: id };
      return [{ operation: "logs:PutQueryDefinition", body }];
    });
    return stateOf(found.length > 0, changes);
  });
}

async function definitionsIn(folder: string, aws: Aws, signal: AbortSignal): Promise<QueryDefinition[]> {
  const found: QueryDefinition[] = [];
  const input = { queryDefinitionNamePrefix: `${folder}/` };
  for await (const page of pages(aws, "logs:DescribeQueryDefinitions", input, signal)) {
    found.push(...(page.queryDefinitions ?? []));
  }
  return found;
}
