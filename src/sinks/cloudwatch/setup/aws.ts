/**
 * The operations of AWS that `setup` uses, as a port. They are called by the names of their IAM actions.
 */
import type {
  DescribeAlarmsInput,
  DescribeAlarmsOutput,
  GetDashboardInput,
  GetDashboardOutput,
  PutDashboardInput,
  PutMetricAlarmInput,
} from "@aws-sdk/client-cloudwatch";
import type {
  CreateLogGroupRequest,
  DeleteMetricFilterRequest,
  DescribeLogGroupsRequest,
  DescribeLogGroupsResponse,
  DescribeMetricFiltersRequest,
  DescribeMetricFiltersResponse,
  DescribeQueryDefinitionsRequest,
  DescribeQueryDefinitionsResponse,
  PutMetricFilterRequest,
  PutQueryDefinitionRequest,
  PutRetentionPolicyRequest,
} from "@aws-sdk/client-cloudwatch-logs";
import { SetupFault } from "../../setup.ts";

interface Exchange<Input, Output> {
  readonly input: Input;
  readonly output: Output;
}

/** What looks and changes nothing. */
export interface Looks {
  readonly "logs:DescribeLogGroups": Exchange<DescribeLogGroupsRequest, DescribeLogGroupsResponse>;
  readonly "logs:DescribeMetricFilters": Exchange<
    DescribeMetricFiltersRequest,
    DescribeMetricFiltersResponse
  >;
  readonly "logs:DescribeQueryDefinitions": Exchange<
    DescribeQueryDefinitionsRequest,
    DescribeQueryDefinitionsResponse
  >;
  readonly "cloudwatch:DescribeAlarms": Exchange<DescribeAlarmsInput, DescribeAlarmsOutput>;
  readonly "cloudwatch:GetDashboard": Exchange<GetDashboardInput, GetDashboardOutput>;
}

/** What changes something, and what it is given. */
export interface Changes {
  readonly "logs:CreateLogGroup": CreateLogGroupRequest;
  readonly "logs:PutRetentionPolicy": PutRetentionPolicyRequest;
  readonly "logs:PutMetricFilter": PutMetricFilterRequest;
  readonly "logs:DeleteMetricFilter": DeleteMetricFilterRequest;
  readonly "logs:PutQueryDefinition": PutQueryDefinitionRequest;
  readonly "cloudwatch:PutMetricAlarm": PutMetricAlarmInput;
  readonly "cloudwatch:PutDashboard": PutDashboardInput;
}

export type LookName = keyof Looks;
export type ChangeName = keyof Changes;

/** A change as the plan tells it. */
export type Change = {
  readonly [Name in ChangeName]: { readonly operation: Name; readonly body: Changes[Name] };
}[ChangeName];

/** AWS, as far as `setup` needs it. Each operation rejects with an {@link AwsFault} if it was not done. */
export interface Aws {
  /** The region in which things are made. Rejects with an {@link AwsFault} if none is known. */
  region(): Promise<string>;
  look<Name extends LookName>(
    operation: Name,
    input: Looks[Name]["input"],
    signal: AbortSignal,
  ): Promise<Looks[Name]["output"]>;
  change(change: Change, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

type PagedName = "logs:DescribeMetricFilters" | "logs:DescribeQueryDefinitions";

/** Looks at one page after the other, to the last. */
export async function* pages<Name extends PagedName>(
  aws: Aws,
  operation: Name,
  input: Looks[Name]["input"],
  signal: AbortSignal,
): AsyncGenerator<Looks[Name]["output"]> {
  let nextToken: string | undefined;
  do {
    const page = await aws.look(
      operation,
      { ...input, ...(nextToken !== undefined && { nextToken }) },
      signal,
    );
    yield page;
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
}

/** An operation that was not done. */
export class AwsFault extends SetupFault {
  /** The exception's name, `ResourceNotFoundException`. */
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}
