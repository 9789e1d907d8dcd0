/**
 * Goal: whoever looks for delivered lines looks into the stream to which they were delivered.
 * Method: names kept in a memory, and a template that needs no metadata service.
 */
import { hostname } from "node:os";
import { expect, test } from "vitest";
import { ownStream } from "../../../../src/sinks/cloudwatch/own-stream.ts";
import { systemClock } from "../../../../src/system/clock.ts";
import { forgetfulMemory } from "../../../support/sink-memory.ts";

const log_stream = "{hostname}-{date}";

test("it has the host's name, and the day stays open", async () => {
  const name = ownStream({ log_stream }, { clock: systemClock, memory: forgetfulMemory() });
  expect(await name.get()).toBe(`${hostname()}-{date}`);
});

test("the name that was kept wins", async () => {
  const memory = forgetfulMemory({ log_stream, name: "before-{date}" });
  expect(await ownStream({ log_stream }, { clock: systemClock, memory }).get()).toBe("before-{date}");
});
