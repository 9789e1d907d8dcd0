/**
 * Goal: what `setup` makes for a sink of type `cloudwatch` is taken by a server of other authors, and the second run finds all
 * of it as it should be.
 * Method: the command itself, on moto. That knows no saved queries and answers 500 to them, so theirs is the one step that
 * is refused here; their requests are compared with the API reference in the unit tests of the client.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { cloudWatchOptions } from "../../src/sinks/cloudwatch/options.ts";
import type { Change } from "../../src/sinks/cloudwatch/setup/aws.ts";
import { AwsClients } from "../../src/sinks/cloudwatch/setup/client.ts";
import { systemClock } from "../../src/system/clock.ts";
import { motoIfPossible } from "../support/servers/moto.ts";
import { runSetupCommand } from "../support/setup-command.ts";

const NEVER = new AbortController().signal;
const moto = await motoIfPossible();

describe.skipIf(moto === undefined)("setup in CloudWatch", () => {
  const url = moto?.url ?? "";
  /** A name for each test, and with it all that is made. */
  let name: string;
  let tests = 0;

  beforeAll(() => {
    vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
  });

  beforeEach(() => {
    tests += 1;
    name = `test-${tests}`;
  });

  afterAll(async () => {
    vi.unstubAllEnvs();
    await moto?.stop();
  });

  function place(address = url) {
    const setup = { name, daily_cost_usd: 50, monitoring_endpoint: address };
    return { region: "us-east-1", endpoint: address, log_group: `/${name}`, retention_days: 30, setup };
  }

  /** What became of the steps, by their titles without the name of the test. */
  async function setUp(sink: object = place(), dryRun = false): Promise<Record<string, string>> {
    const { steps } = await runSetupCommand({ type: "cloudwatch", ...sink }, { dryRun });
    return Object.fromEntries(steps.map(({ title, outcome }) => [title.replaceAll(name, "NAME"), outcome]));
  }

  /** Does what somebody else may have done. */
  async function changeByHand(...changes: readonly Change[]): Promise<void> {
    const clients = new AwsClients(cloudWatchOptions.parse(place()), systemClock);
    for (const change of changes) await clients.change(change, NEVER);
    await clients.close();
  }

  const GROUP = 'log group "/NAME", events kept for 30 days';
  const FILTERS = 'metric filters "NAME-…" of "/NAME"';
  const ERROR_RATE = 'alarm "NAME-error-rate"';
  const DAILY_COST = 'alarm "NAME-daily-cost"';
  const DASHBOARD = 'dashboard "NAME-audit"';

  function all(outcome: string): Record<string, string> {
    const titles = [GROUP, FILTERS, ERROR_RATE, DAILY_COST, DASHBOARD];
    return {
      ...Object.fromEntries(titles.map((title) => [title, outcome])),
      'saved queries "NAME/…"': "refused",
    };
  }

  test("the first run makes what is missing, the second changes nothing", async () => {
    expect(await setUp()).toEqual(all("created"));
    expect(await setUp()).toEqual(all("already_there"));
  });

  test("a dry run makes nothing", async () => {
    expect(await setUp(place(), true)).toEqual(all("would_create"));
    expect(await setUp(place(), true)).toEqual(all("would_create"));
  });

  test("what was changed by hand is put right", async () => {
    await setUp();
    await changeByHand(
      {
        operation: "cloudwatch:PutDashboard",
        body: { DashboardName: `${name}-audit`, DashboardBody: '{"widgets":[]}' },
      },
      { operation: "logs:PutRetentionPolicy", body: { logGroupName: `/${name}`, retentionInDays: 1 } },
    );
    const changed = { [GROUP]: "changed", [DASHBOARD]: "changed" };
    expect(await setUp()).toEqual({ ...all("already_there"), ...changed });
    expect(await setUp()).toEqual(all("already_there"));
  });

  test("a topic is told to the alarms, and stays when it is not named any more", async () => {
    await setUp();
    const alarm_topic_arn = "arn:aws:sns:us-east-1:123456789012:on-call";
    const withTopic = { ...place(), setup: { ...place().setup, alarm_topic_arn } };
    const changed = { [ERROR_RATE]: "changed", [DAILY_COST]: "changed" };
    expect(await setUp(withTopic)).toEqual({ ...all("already_there"), ...changed });
    expect(await setUp(withTopic)).toEqual(all("already_there"));
    expect(await setUp()).toEqual(all("already_there"));
  });

  test("filters go when the events carry the metrics", async () => {
    await setUp();
    const embedded = { ...place(), metrics: "emf" };
    expect(await setUp(embedded)).toEqual({ ...all("already_there"), [FILTERS]: "changed" });
    expect(await setUp(embedded)).toEqual({ ...all("already_there"), [FILTERS]: "skipped" });
  });

  test("a server that cannot be reached is told by every step", async () => {
    expect(await setUp(place("http://127.0.0.1:1"))).toEqual(all("refused"));
  });
});
