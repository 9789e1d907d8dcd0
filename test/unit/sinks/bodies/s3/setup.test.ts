/**
 * Goal: the lifecycle rule of the prefix is made once, with all that others have told the bucket left as it is.
 * Method: the plan before the fake bucket, whose lifecycle the test reads.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { bodiesPlan } from "../../../../../src/sinks/bodies/s3/setup.ts";
import { type PlannedRequest, SetupFault, type SetupPlan } from "../../../../../src/sinks/setup.ts";
import { FakeS3, refuseAll, S3_VARIABLES } from "../../../../support/fake-s3.ts";
import { s3Client, s3Options } from "./s3-of.ts";

const OTHERS = `<LifecycleConfiguration><Rule><ID>theirs</ID><Status>Enabled</Status><Filter><Prefix>logs/</Prefix></Filter><Expiration><Days>7</Days></Expiration></Rule></LifecycleConfiguration>`;
const signal = new AbortController().signal;

let server: FakeS3;
let plans: SetupPlan[] = [];
beforeEach(async () => {
  for (const [name, value] of Object.entries(S3_VARIABLES)) vi.stubEnv(name, value);
  server = await FakeS3.start();
});
afterEach(async () => {
  for (const plan of plans) await plan.close();
  plans = [];
  await server.stop();
  vi.unstubAllEnvs();
});

function step(more: object = { retention_days: 30 }) {
  const plan = bodiesPlan(s3Options(server.url, more), s3Client(server, more));
  plans.push(plan);
  const [only] = plan.steps;
  if (only === undefined) throw new Error("expected one step");
  return only;
}

async function apply(more?: object): Promise<readonly PlannedRequest[]> {
  const one = step(more);
  const found = await one.examine(signal);
  if (!("requests" in found)) throw new Error(`nothing to do: ${found.state}`);
  await one.apply(found.requests, signal);
  return found.requests;
}

describe("the lifecycle rule", () => {
  it("is made, and then it is there", async () => {
    expect(step().title).toBe("lifecycle rule of s3://mem0-bodies/bodies/, objects deleted after 30 days");
    expect(await step().examine(signal)).toMatchObject({ state: "missing" });
    const [request] = await apply();
    expect(request?.operation).toBe("s3:PutLifecycleConfiguration");
    expect(server.lifecycle).toContain("<Prefix>bodies/</Prefix>");
    expect(server.lifecycle).toContain("<Days>30</Days>");
    expect(server.lifecycle).toContain("<NoncurrentDays>1</NoncurrentDays>");
    expect(await step().examine(signal)).toEqual({ state: "present" });
  });

  it("is changed, and the rules of others stay", async () => {
    server.lifecycle = OTHERS;
    await apply();
    expect(await step({ retention_days: 90 }).examine(signal)).toMatchObject({ state: "different" });
    await apply({ retention_days: 90 });
    expect(server.lifecycle).toContain("<ID>theirs</ID>");
    expect(server.lifecycle).toContain("<Days>7</Days>");
    expect(server.lifecycle).toContain("<Days>90</Days>");
    expect(server.lifecycle).not.toContain("<Days>30</Days>");
  });

  it("of another prefix is another rule", async () => {
    await apply();
    await apply({ retention_days: 60, prefix: "other" });
    expect(await step().examine(signal)).toEqual({ state: "present" });
    expect(server.lifecycle?.match(/<Rule>/g)).toHaveLength(2);
  });

  it("is not touched without retention_days", async () => {
    await apply();
    expect(await step({}).examine(signal)).toMatchObject({ state: "skipped" });
  });
});

describe("what is refused", () => {
  it("says which action to allow", async () => {
    server.misbehave = refuseAll(403, "AccessDenied");
    expect(await step().examine(signal)).toEqual({
      state: "refused",
      message:
        "AWS does not allow s3:GetLifecycleConfiguration: allow this action in the IAM policy of the user or role",
    });
    server.misbehave = (request, response) =>
      request.method === "PUT" && refuseAll(403, "AccessDenied")(request, response);
    await expect(apply()).rejects.toThrow(SetupFault);
    await expect(apply()).rejects.toThrow(/does not allow s3:PutLifecycleConfiguration/);
  });

  it("says what else went wrong", async () => {
    server.misbehave = refuseAll(404, "NoSuchBucket");
    expect(await step().examine(signal)).toMatchObject({
      state: "refused",
      message: expect.stringMatching(/NoSuchBucket.*make the bucket/),
    });
  });
});
