/**
 * The operations of `setup` through the AWS SDK: CloudWatch Logs and CloudWatch itself, two services with the same
 * credentials.
 *
 * Unlike in delivery the SDK repeats what was throttled: every operation here may be sent twice.
 */
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetDashboardCommand,
  PutDashboardCommand,
  PutMetricAlarmCommand,
} from "@aws-sdk/client-cloudwatch";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DeleteMetricFilterCommand,
  DescribeLogGroupsCommand,
  DescribeMetricFiltersCommand,
  DescribeQueryDefinitionsCommand,
  PutMetricFilterCommand,
  PutQueryDefinitionCommand,
  PutRetentionPolicyCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import type { Clock } from "../../../system/clock.ts";
import { silenceAwsVersionNotice } from "../../../system/environment.ts";
import { TimeLimit } from "../../http/time-limit.ts";
import { readTls } from "../../http/tls.ts";
import type { CloudWatchOptions } from "../options.ts";
import type { Aws, Change, ChangeName, LookName, Looks } from "./aws.ts";
import { faultOf } from "./fault.ts";

const COMMANDS = {
  "logs:DescribeLogGroups": DescribeLogGroupsCommand,
  "logs:DescribeMetricFilters": DescribeMetricFiltersCommand,
  "logs:DescribeQueryDefinitions": DescribeQueryDefinitionsCommand,
  "logs:CreateLogGroup": CreateLogGroupCommand,
  "logs:PutRetentionPolicy": PutRetentionPolicyCommand,
  "logs:PutMetricFilter": PutMetricFilterCommand,
  "logs:DeleteMetricFilter": DeleteMetricFilterCommand,
  "logs:PutQueryDefinition": PutQueryDefinitionCommand,
  "cloudwatch:DescribeAlarms": DescribeAlarmsCommand,
  "cloudwatch:GetDashboard": GetDashboardCommand,
  "cloudwatch:PutMetricAlarm": PutMetricAlarmCommand,
  "cloudwatch:PutDashboard": PutDashboardCommand,
} satisfies Readonly<Record<LookName | ChangeName, unknown>>;

interface Clients {
  readonly logs: CloudWatchLogsClient;
  readonly monitoring: CloudWatchClient;
}

export class AwsClients implements Aws {
  readonly #options: CloudWatchOptions;
  readonly #clock: Clock;
  #clients: Promise<Clients> | undefined;

  /** Nothing is sent yet, and no file is read. */
  constructor(options: CloudWatchOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
  }

  async region(): Promise<string> {
    try {
      const { monitoring } = await this.#connect();
      return await monitoring.config.region();
    } catch (error) {
      throw faultOf(error, "cloudwatch:PutDashboard", this.#placeOf("cloudwatch:PutDashboard"), undefined);
    }
  }

  async look<Name extends LookName>(
    operation: Name,
    input: Looks[Name]["input"],
    signal: AbortSignal,
  ): Promise<Looks[Name]["output"]> {
    return await this.#send(operation, input, signal);
  }

  async change({ operation, body }: Change, signal: AbortSignal): Promise<void> {
    await this.#send(operation, body, signal);
  }

  async close(): Promise<void> {
    const clients = await this.#clients?.catch(() => undefined);
    clients?.logs.destroy();
    clients?.monitoring.destroy();
  }

  async #send(operation: LookName | ChangeName, input: object, signal: AbortSignal): Promise<object> {
    const limit = new TimeLimit(this.#clock, this.#options.request_timeout, signal);
    try {
      const { logs, monitoring } = await this.#connect();
      // Clients and commands differ in their types only; one of each stands for all.
      const client = isAboutLogs(operation) ? logs : (monitoring as unknown as CloudWatchLogsClient);
      const Command = COMMANDS[operation] as typeof DescribeLogGroupsCommand;
      return await client.send(new Command(input), { abortSignal: limit.signal });
    } catch (error) {
      throw faultOf(error, operation, this.#placeOf(operation), limit.failure);
    } finally {
      limit.end();
    }
  }

  #connect(): Promise<Clients> {
    this.#clients ??= connect(this.#options);
    return this.#clients;
  }

  #placeOf(operation: LookName | ChangeName): string {
    const { endpoint, setup } = this.#options;
    const address = isAboutLogs(operation) ? endpoint : setup.monitoring_endpoint;
    if (address !== undefined) return new URL(address).origin;
    return isAboutLogs(operation) ? "CloudWatch Logs" : "CloudWatch";
  }
}

function isAboutLogs(operation: LookName | ChangeName): boolean {
  return operation.startsWith("logs:");
}

async function connect({ region, endpoint, tls, setup }: CloudWatchOptions): Promise<Clients> {
  silenceAwsVersionNotice();
  const common = {
    ...(region !== undefined && { region }),
    requestHandler: { httpsAgent: await readTls(tls) },
  };
  const monitoringEndpoint = setup.monitoring_endpoint;
  return {
    logs: new CloudWatchLogsClient({ ...common, ...(endpoint !== undefined && { endpoint }) }),
    monitoring: new CloudWatchClient({
      ...common,
      ...(monitoringEndpoint !== undefined && { endpoint: monitoringEndpoint }),
    }),
  };
}
