/**
 * Goal: what `setup` makes for a sink of type `cloudwatch` is taken by a server of other authors, and the second run finds all
 * of it as it should be.
 * Method: the plan runs on moto twice. moto knows no saved queries: it answers 500 to them, so theirs is the one step that
 * is refused here; their requests are compared with the API reference in the unit tests of the client.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { z } from "zod";
import { cloudWatchOptions } from "../../src/sinks/cloudwatch/options.ts";
import { AwsClients } from "../../src/sinks/cloudwatch/setup/client.ts";
import { cloudWatchPlan } from "../../src/sinks/cloudwatch/setup/plan.ts";
import { systemClock } from "../../src/system/clock.ts";
import { type MotoServer, motoIfPossible } from "../support/servers/moto.ts";
import { carryOut, examine } from "../unit/sinks/cloudwatch/setup/fake-aws.ts";

const NEVER = new AbortController().signal;
const MOTO = await motoIfPossible();

describe.skipIf(MOTO === undefined)("setup in CloudWatch", () => {
  let url: string;
  /** A name for each test, and with it all that is made. */
  let name: string;

  beforeAll(() => {
    url = (MOTO as MotoServer).url;
    vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
  });

  beforeEach(({ task }) => {
    name = `t-${task.id.replace(/\D+/g, "-")}`;
  });

  afterAll(async () => {
    vi.unstubAllEnvs();
    await MOTO?.stop();
  });

  function optionsOf(more: z.input<typeof cloudWatchOptions> = {}) {
    const setup = { name, daily_cost_usd: 50, monitoring_endpoint: url, ...more.setup };
    const place = { region: "us-east-1", endpoint: url, log_group: `/${name}` };
    return cloudWatchOptions.parse({ ...place, retention_days: 30, ...more, setup });
  }

  /** Runs all steps, in turn. Gives what they found by their titles, without the name of the test. */
  async function run(act: typeof carryOut, options = optionsOf()): Promise<Record<string, string>> {
    const plan = cloudWatchPlan(options, new AwsClients(options, systemClock));
    const found: Record<string, string> = {};
    for (const step of plan.steps) found[step.title.replaceAll(name, "NAME")] = (await act(step)).state;
    await plan.close();
    return found;
  }

  async function withClients<Value>(use: (clients: AwsClients) => Promise<Value>): Promise<Value> {
    const clients = new AwsClients(optionsOf(), systemClock);
    try {
      return await use(clients);
    } finally {
      await clients.close();
    }
  }

  const all = (state: string) => ({
    'log group "/NAME", events kept for 30 days': state,
    'metric filters "NAME-…" of "/NAME"': state,
    'alarm "NAME-error-rate"': state,
    'alarm "NAME-daily-cost"': state,
    'saved queries "NAME/…"': "refused",
    'dashboard "NAME-audit"': state,
  });

  test("the first run makes what is missing, the second changes nothing", async () => {
    expect(await run(carryOut)).toEqual(all("missing"));
    expect(await run(examine)).toEqual(all("present"));
  });

  test("looking changes nothing", async () => {
    expect(await run(examine)).toEqual(all("missing"));
    expect(await run(examine)).toEqual(all("missing"));
  });

  test("what was changed by hand is put right", async () => {
    await run(carryOut);
    await withClients(async (clients) => {
      const body = { DashboardName: `${name}-audit`, DashboardBody: '{"widgets":[]}' };
      await clients.change({ operation: "cloudwatch:PutDashboard", body }, NEVER);
      const retention = { logGroupName: `/${name}`, retentionInDays: 1 };
      await clients.change({ operation: "logs:PutRetentionPolicy", body: retention }, NEVER);
    });
    expect(await run(carryOut)).toEqual({
      ...all("present"),
      'log group "/NAME", events kept for 30 days': "different",
      'dashboard "NAME-audit"': "different",
    });
    expect(await run(examine)).toEqual(all("present"));
  });

  test("a topic is told to the alarms, and stays when it is not named any more", async () => {
    const alarm_topic_arn = "arn:aws:sns:us-east-1:123456789012:on-call";
    await run(carryOut);
    const withTopic = optionsOf({ setup: { alarm_topic_arn } });
    expect(await run(carryOut, withTopic)).toMatchObject({ 'alarm "NAME-daily-cost"': "different" });
    expect(await run(examine, withTopic)).toEqual(all("present"));
    expect(await run(examine)).toEqual(all("present"));
  });

  test("filters go when the events carry the metrics", async () => {
    await run(carryOut);
    const embedded = optionsOf({ metrics: "emf" });
    const title = 'metric filters "NAME-…" of "/NAME"';
    expect(await run(carryOut, embedded)).toMatchObject({ [title]: "different" });
    expect(await run(examine, embedded)).toMatchObject({ [title]: "skipped" });
  });

  test("a server that cannot be reached is told by every step", async () => {
    const nowhere = "http://127.0.0.1:1";
    const options = optionsOf({ endpoint: nowhere, setup: { monitoring_endpoint: nowhere } });
    expect(new Set(Object.values(await run(examine, options)))).toEqual(new Set(["refused"]));
  });
});
