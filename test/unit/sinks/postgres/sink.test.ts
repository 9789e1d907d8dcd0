/**
 * Goal: options become sinks and a source of answers that go to the server they name.
 * Method: a port on which nobody listens.
 */
import { expect, test } from "vitest";
import { postgresOptions } from "../../../../src/sinks/postgres/options.ts";
import {
  createPostgresReplaySink,
  createPostgresSink,
  postgresUsage,
} from "../../../../src/sinks/postgres/sink.ts";
import { systemClock } from "../../../../src/system/clock.ts";
import { UsageFault } from "../../../../src/usage/source.ts";
import { forgetfulMemory } from "../../../support/sink-memory.ts";

const options = postgresOptions.parse({ url: "postgres://shipper@127.0.0.1:1/audit" });
const context = { name: "db", clock: systemClock, instance: "", labels: {}, memory: forgetfulMemory() };
const signal = new AbortController().signal;

test.each([createPostgresSink, createPostgresReplaySink])("%o", async (create) => {
  const sink = await create(options, context);
  const report = await sink.open(signal);
  expect(report).toMatchObject({ outcome: "unavailable", reason: "network" });
  expect(report).toMatchObject({ message: expect.stringContaining("127.0.0.1:1/audit cannot be reached") });
  await sink.close();
});

test("questions cannot be asked of a server that is away", async () => {
  await expect(postgresUsage(options, context)).rejects.toBeInstanceOf(UsageFault);
});
