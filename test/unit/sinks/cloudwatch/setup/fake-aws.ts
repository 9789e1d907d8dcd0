/** AWS as the steps of `setup` see it, in memory: what was put is there, and nothing else. */
import type { GetDashboardOutput, MetricAlarm } from "@aws-sdk/client-cloudwatch";
import type { LogGroup, MetricFilter, QueryDefinition } from "@aws-sdk/client-cloudwatch-logs";
import {
  type Aws,
  AwsFault,
  type Change,
  type ChangeName,
  type LookName,
  type Looks,
} from "../../../../../src/sinks/cloudwatch/setup/aws.ts";
import type { SetupState, SetupStep } from "../../../../../src/sinks/setup.ts";

const PAGE = 2;
const NEVER = new AbortController().signal;

export class FakeAws implements Aws {
  readonly logGroups: LogGroup[] = [];
  readonly metricFilters: MetricFilter[] = [];
  readonly queries: QueryDefinition[] = [];
  readonly alarms: MetricAlarm[] = [];
  readonly dashboards = new Map<string, string>();
  readonly changes: Change[] = [];
  isClosed = false;
  readonly #denied = new Set<string>();

  /** From now on this operation is refused. */
  deny(operation: LookName | ChangeName): void {
    this.#denied.add(operation);
  }

  async region(): Promise<string> {
    return "us-east-1";
  }

  async look<Name extends LookName>(
    operation: Name,
    input: Looks[Name]["input"],
  ): Promise<Looks[Name]["output"]> {
    this.#check(operation);
    const looks: { readonly [Each in LookName]: (input: Looks[Each]["input"]) => Looks[Each]["output"] } = {
      "logs:DescribeLogGroups": ({ logGroupNamePrefix = "" }) => ({
        logGroups: this.logGroups.filter((one) => one.logGroupName?.startsWith(logGroupNamePrefix)),
      }),
      "logs:DescribeMetricFilters": ({ logGroupName, filterNamePrefix = "", nextToken }) => {
        if (!this.logGroups.some((one) => one.logGroupName === logGroupName)) {
          throw new AwsFault("ResourceNotFoundException", "there is no such log group");
        }
        const found = this.metricFilters.filter((one) => one.filterName?.startsWith(filterNamePrefix));
        const page = pageOf(found, nextToken);
        return { metricFilters: page.items, nextToken: page.nextToken };
      },
      "logs:DescribeQueryDefinitions": ({ queryDefinitionNamePrefix = "", nextToken }) => {
        const found = this.queries.filter((one) => one.name?.startsWith(queryDefinitionNamePrefix));
        const page = pageOf(found, nextToken);
        return { queryDefinitions: page.items, nextToken: page.nextToken };
      },
      "cloudwatch:DescribeAlarms": ({ AlarmNames = [] }) => ({
        MetricAlarms: this.alarms.filter(({ AlarmName = "" }) => AlarmNames.includes(AlarmName)),
      }),
      "cloudwatch:GetDashboard": ({ DashboardName = "" }): GetDashboardOutput => {
        const body = this.dashboards.get(DashboardName);
        if (body === undefined) throw new AwsFault("ResourceNotFound", "there is no such dashboard");
        return { DashboardName, DashboardBody: body };
      },
    };
    return looks[operation](input);
  }

  async change(change: Change): Promise<void> {
    this.#check(change.operation);
    this.changes.push(change);
    switch (change.operation) {
      case "logs:CreateLogGroup":
        this.logGroups.push({ logGroupName: change.body.logGroupName, creationTime: 1 });
        return;
      case "logs:PutRetentionPolicy":
        for (const group of this.logGroups) {
          if (group.logGroupName === change.body.logGroupName)
            group.retentionInDays = change.body.retentionInDays;
        }
        return;
      case "logs:PutMetricFilter":
        return put(this.metricFilters, { ...change.body, creationTime: 1 }, "filterName");
      case "logs:DeleteMetricFilter":
        return remove(this.metricFilters, "filterName", change.body.filterName);
      case "logs:PutQueryDefinition": {
        const queryDefinitionId = change.body.queryDefinitionId ?? `id-${this.queries.length}`;
        return put(this.queries, { ...change.body, queryDefinitionId, lastModified: 1 }, "queryDefinitionId");
      }
      case "cloudwatch:PutMetricAlarm": {
        // The service fills in what is not said, and promises no order.
        const Metrics = change.body.Metrics?.toReversed();
        const alarm = { ActionsEnabled: true, AlarmActions: [], ...change.body, Metrics, StateValue: "OK" };
        return put(this.alarms, alarm as MetricAlarm, "AlarmName");
      }
      case "cloudwatch:PutDashboard":
        this.dashboards.set(change.body.DashboardName ?? "", change.body.DashboardBody ?? "");
    }
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }

  #check(operation: string): void {
    if (this.#denied.has(operation)) {
      throw new AwsFault("AccessDeniedException", `no permission: allow the IAM action ${operation}`);
    }
  }
}

function pageOf<Item>(items: readonly Item[], nextToken: string | undefined) {
  const start = Number(nextToken ?? 0);
  const end = start + PAGE;
  return {
    items: items.slice(start, end),
    nextToken: end < items.length ? String(end) : undefined,
  };
}

function remove<Item>(items: Item[], key: keyof Item, value: unknown): void {
  const index = items.findIndex((one) => one[key] === value);
  if (index >= 0) items.splice(index, 1);
}

function put<Item>(items: Item[], item: Item, key: keyof Item): void {
  remove(items, key, item[key]);
  items.push(item);
}

/** Looks at the step, as a dry run does. */
export function examine(step: SetupStep): Promise<SetupState> {
  return step.examine(NEVER);
}

/** Looks and does what is to be done. Gives what it found. */
export async function carryOut(step: SetupStep): Promise<SetupState> {
  const found = await step.examine(NEVER);
  if (found.state === "missing" || found.state === "different") await step.apply(found.requests, NEVER);
  return found;
}
