/**
 * Goal: whoever has wrong credentials, too few permissions, or a wrong region or address is told so in one sentence, by
 * `check` and by the daemon.
 * Method: the built program before the strict double, which verifies signatures, before a server of another kind, and
 * before nobody.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { AWS_VARIABLES, REGION } from "../support/cloudwatch-place.ts";
import { Workspace } from "../support/daemon.ts";
import { requestLine } from "../support/documents.ts";
import { FakeCloudWatch } from "../support/fake-cloudwatch.ts";
import { always, type CloudWatchPlan } from "../support/fake-cloudwatch-faults.ts";
import { reply, startFakeOpenSearch } from "../support/fake-opensearch.ts";

const double = await FakeCloudWatch.start();
const openSearch = await startFakeOpenSearch();
openSearch.misbehave = (_, response) =>
  reply(response, 405, { error: "Incorrect HTTP method for uri [/] and method [POST]", status: 405 });
let workspace: Workspace;

afterAll(async () => {
  await double.down();
  await openSearch.close();
});

afterEach(async () => {
  await workspace.remove();
  double.plan = () => "none";
  double.clockSkewMs = 0;
});

interface Trouble {
  readonly sink?: object;
  readonly variables?: Readonly<Record<string, string>>;
  readonly plan?: CloudWatchPlan;
  /** What both sentences must say. */
  readonly says: RegExp;
}

const TROUBLES: Readonly<Record<string, Trouble>> = {
  "an unknown access key": {
    variables: { AWS_ACCESS_KEY_ID: "AKIDNOBODY" },
    says: /UnrecognizedClientException.*AWS_ACCESS_KEY_ID/,
  },
  "a wrong secret key": {
    variables: { AWS_SECRET_ACCESS_KEY: "wrong-secret" },
    says: /InvalidSignatureException.*secret key/,
  },
  "no credentials at all": {
    variables: {
      ...{ AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" },
      ...{ AWS_SHARED_CREDENTIALS_FILE: "/dev/null", AWS_CONFIG_FILE: "/dev/null" },
    },
    says: /no AWS credentials were found.*AWS_ACCESS_KEY_ID/,
  },
  "expired credentials": { plan: always("expired_token"), says: /ExpiredTokenException.*renew/ },
  "no permission at all": { plan: always("access_denied"), says: /AccessDenied.*allow / },
  "no permission to write": {
    plan: always("access_denied", "PutLogEvents"),
    says: /AccessDenied.*PutLogEvents.*IAM policy/,
  },
  "a wrong region": { sink: { region: "us-east-1" }, says: /InvalidSignatureException.*region/ },
  "no region": {
    sink: { region: undefined },
    variables: { AWS_CONFIG_FILE: "/dev/null" },
    says: /no AWS region.*set region/,
  },
  "an address where nobody listens": {
    sink: { endpoint: "http://127.0.0.1:9" },
    says: /http:\/\/127\.0\.0\.1:9 cannot be reached/,
  },
  "the address of an OpenSearch": {
    sink: { endpoint: openSearch.url },
    says: /answered 405, not in the format of CloudWatch Logs/,
  },
  "no log group, and none is made": {
    sink: { log_group: "/nowhere", create: false },
    says: /ResourceNotFoundException.*(create: true|log group)/,
  },
};

/** The secret of a session never shows. */
function expectOneSentence(message: string): void {
  expect(message).not.toContain("\n");
  expect(message).not.toContain(AWS_VARIABLES["AWS_SECRET_ACCESS_KEY"]);
  expect(message).not.toContain("wrong-secret");
}

describe.each(Object.entries(TROUBLES))("with %s", (_, { sink, variables, plan, says }) => {
  it("`check` and the daemon say what is wrong and what to do", async () => {
    const settings = {
      ...{ type: "cloudwatch", region: REGION, endpoint: double.url, log_group: "/test/access" },
      ...{ retry: { initial: "10ms", max: "50ms" }, read_back: { interval: "10ms", max: "50ms" } },
      ...sink,
    };
    const sinks = { logs: settings };
    workspace = await Workspace.make({ sinks }, { ...AWS_VARIABLES, ...variables });
    if (plan !== undefined) double.plan = plan;

    const check = await workspace.run("check", "--json");
    expect(check, check.stderr).toMatchObject({ code: 1 });
    const { ok, checks } = JSON.parse(check.stdout) as {
      ok: boolean;
      checks: { ok: boolean; message: string }[];
    };
    expect(ok).toBe(false);
    const failures = checks.filter((one) => !one.ok).map(({ message }) => message);
    expect(failures).toContainEqual(expect.stringMatching(says));
    for (const message of failures) expectOneSentence(message);

    writeFileSync(
      join(workspace.auditDirectory, "audit.jsonl"),
      `${requestLine({ ts: new Date().toISOString() })}\n`,
    );
    const run = await workspace.run("run", "--once", "--timeout", "1s");
    expect(run).toMatchObject({ code: 1 });
    const said = run.stderr.split("\n").filter((line) => says.test(line));
    expect(said, run.stderr).not.toEqual([]);
    expectOneSentence(said[0] ?? "");
  });
});

it("`check` says nothing against what is right, and leaves nothing behind", async () => {
  const settings = { type: "cloudwatch", region: REGION, endpoint: double.url, log_group: "/test/right" };
  workspace = await Workspace.make({ sinks: { logs: settings } }, AWS_VARIABLES);
  const check = await workspace.run("check", "--json");
  expect(check, check.stdout + check.stderr).toMatchObject({ code: 0 });
  expect(double.store.events()).toEqual([]);
});

it("`check` tells that the clocks differ", async () => {
  double.clockSkewMs = 20 * 60_000;
  const settings = { type: "cloudwatch", region: REGION, endpoint: double.url };
  workspace = await Workspace.make({ sinks: { logs: settings } }, AWS_VARIABLES);
  const check = await workspace.run("check", "--json");
  expect(check).toMatchObject({ code: 1 });
  expect(check.stdout).toMatch(/time of this machine/);
});
