/**
 * Goal: what is missing is made once, what is there is left alone, and what is forbidden does not stop delivery.
 * Method: the strict double of the service.
 */
import { beforeEach, expect, test } from "vitest";
import { Destination, type DestinationOptions } from "../../../../src/sinks/cloudwatch/destination.ts";
import { DENIED, failure, ServiceLogs, THROTTLED } from "./service-logs.ts";

const GROUP = "/mem0/audit-logs";
const signal = new AbortController().signal;

let logs: ServiceLogs;
beforeEach(() => {
  logs = new ServiceLogs();
});

function destination(options: Partial<DestinationOptions> = {}): Destination {
  return new Destination(logs, { group: GROUP, create: true, retentionDays: undefined, ...options });
}

const NEW = { outcome: "ready", isNew: true, isDenied: false, warnings: [] };
const THERE = { ...NEW, isNew: false };

test("group and stream are made if they are missing", async () => {
  expect(await destination().ensure("one", signal)).toEqual(NEW);
  expect([...(logs.store.groups.get(GROUP)?.streams.keys() ?? [])]).toEqual(["one"]);
});

test("what is there stays", async () => {
  await destination().ensure("one", signal);
  expect(await destination().ensure("one", signal)).toEqual(THERE);
  expect(await destination().ensure("two", signal)).toEqual(NEW);
});

test("once that is known nothing is asked, not even by two at once", async () => {
  const one = destination();
  expect(await Promise.all([one.ensure("one", signal), one.ensure("one", signal)])).toEqual([NEW, NEW]);
  await one.ensure("one", signal);
  expect(logs.counts()).toEqual({ CreateLogStream: 2, CreateLogGroup: 1 });
});

test("a group that another makes at the same moment is no failure", async () => {
  logs.plan = (operation) => {
    if (operation === "CreateLogGroup") logs.store.createGroup(GROUP);
    return operation === "CreateLogGroup" ? failure("ResourceAlreadyExistsException") : "none";
  };
  expect(await destination().ensure("one", signal)).toEqual(NEW);
});

test("what was forgotten is made anew", async () => {
  const one = destination({ retentionDays: 7 });
  await one.ensure("one", signal);
  logs.store.groups.clear();
  one.forget("one");
  expect(await one.ensure("one", signal)).toEqual(NEW);
  expect(logs.store.groups.get(GROUP)).toMatchObject({ retentionDays: 7 });
});

test("a failure is reported, and the next attempt begins anew", async () => {
  const one = destination();
  logs.plan = () => THROTTLED;
  expect(await one.ensure("one", signal)).toMatchObject({ outcome: "unavailable", reason: "throttled" });
  logs.plan = () => "none";
  expect(await one.ensure("one", signal)).toEqual(NEW);
});

test.each(["CreateLogStream", "CreateLogGroup"])(
  "without the right to %s there is a warning",
  async (denied) => {
    logs.plan = (operation) => (operation === denied ? DENIED : "none");
    expect(await destination().ensure("one", signal)).toEqual({
      ...THERE,
      isDenied: true,
      warnings: [expect.stringContaining("one")],
    });
  },
);

test("nothing is made if the configuration says so", async () => {
  expect(await destination({ create: false }).ensure("one", signal)).toEqual(THERE);
  expect(logs.requests).toEqual([]);
});

test("retention is known only if the service took it", async () => {
  const allowed = destination({ retentionDays: 7 });
  expect(allowed.retentionMs).toBeUndefined();
  await allowed.ensure("one", signal);
  expect(allowed.retentionMs).toBe(7 * 86_400_000);

  logs.plan = (operation) => (operation === "PutRetentionPolicy" ? DENIED : "none");
  const denied = destination({ retentionDays: 3 });
  expect(await denied.ensure("one", signal)).toMatchObject({
    ...THERE,
    warnings: [expect.stringContaining("retention_days")],
  });
  expect(denied.retentionMs).toBeUndefined();

  logs.plan = (operation) => (operation === "PutRetentionPolicy" ? THROTTLED : "none");
  expect(await destination({ retentionDays: 3 }).ensure("one", signal)).toMatchObject({
    outcome: "unavailable",
  });
});
