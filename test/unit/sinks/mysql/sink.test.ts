/**
 * Goal: options become sinks and a source of answers that go to the server they name.
 * Method: a port on which nobody listens.
 */
import { expect, test } from "vitest";
import { mysqlOptions } from "../../../../src/sinks/mysql/options.ts";
import { createMysqlReplaySink, createMysqlSink, mysqlUsage } from "../../../../src/sinks/mysql/sink.ts";
import { systemClock } from "../../../../src/system/clock.ts";
import { UsageFault } from "../../../../src/usage/source.ts";
import { forgetfulMemory } from "../../../support/sink-memory.ts";

const options = mysqlOptions.parse({ url: "mysql://shipper@127.0.0.1:1/audit" });
const context = { name: "db", clock: systemClock, instance: "", labels: {}, memory: forgetfulMemory() };
const signal = new AbortController().signal;

test.each([createMysqlSink, createMysqlReplaySink])("%o", async (create) => {
  const sink = await create(options, context);
  const report = await sink.open(signal);
  expect(report).toMatchObject({ outcome: "unavailable", reason: "network" });
  expect(report).toMatchObject({ message: expect.stringContaining("127.0.0.1:1/audit cannot be reached") });
  await sink.close();
});

test("questions cannot be asked of a server that is away", async () => {
  await expect(mysqlUsage(options, context)).rejects.toBeInstanceOf(UsageFault);
});
