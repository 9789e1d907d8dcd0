/** The operations of CloudWatch Logs that the sink uses. Failures are values. */
import type {
  CreateLogGroupCommandInput,
  CreateLogStreamCommandInput,
  DescribeLogGroupsCommandInput,
  DescribeLogGroupsCommandOutput,
  GetLogEventsCommandInput,
  GetLogEventsCommandOutput,
  PutLogEventsCommandInput,
  PutLogEventsCommandOutput,
  PutRetentionPolicyCommandInput,
} from "@aws-sdk/client-cloudwatch-logs";
import type { Fields, Operation } from "../aws/operation.ts";

/** What each operation takes and gives. */
export interface LogsOperations {
  readonly CreateLogGroup: Operation<CreateLogGroupCommandInput, object>;
  readonly CreateLogStream: Operation<CreateLogStreamCommandInput, object>;
  readonly DescribeLogGroups: Operation<
    DescribeLogGroupsCommandInput,
    Fields<DescribeLogGroupsCommandOutput>
  >;
  readonly GetLogEvents: Operation<GetLogEventsCommandInput, Fields<GetLogEventsCommandOutput>>;
  readonly PutLogEvents: Operation<PutLogEventsCommandInput, Fields<PutLogEventsCommandOutput>>;
  readonly PutRetentionPolicy: Operation<PutRetentionPolicyCommandInput, object>;
}

export type LogsOperation = keyof LogsOperations;

export interface LogsAnswer<Output> {
  readonly ok: true;
  readonly output: Output;
  /** The service's clock when it answered, in Unix milliseconds, exact to the second. */
  readonly serverTimeMs?: number;
}

export interface LogsFailure {
  readonly ok: false;
  /** The exception's name, `ThrottlingException`; for a failure of our side its own (`aws/failure.ts`). */
  readonly name: string;
  /** The HTTP status; undefined if there was no answer. */
  readonly status: number | undefined;
  /** What happened, without contents of events and without secrets. */
  readonly message: string;
  /** True if the request may have been carried out all the same. */
  readonly mayBeDone: boolean;
  /** As in an answer. */
  readonly serverTimeMs?: number;
  /** The service's own wish (Retry-After), in milliseconds. */
  readonly retryAfterMs?: number;
}

export type LogsResult<Output> = LogsAnswer<Output> | LogsFailure;

/** The way to CloudWatch Logs in one region. */
export interface Logs {
  /** Sends one request once. It never rejects. */
  send<Name extends LogsOperation>(
    operation: Name,
    input: LogsOperations[Name]["input"],
    signal: AbortSignal,
  ): Promise<LogsResult<LogsOperations[Name]["output"]>>;
  close(): Promise<void>;
}
