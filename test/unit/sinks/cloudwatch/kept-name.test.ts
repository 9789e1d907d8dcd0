/**
 * Goal: the stream of a sink has the same name at each start, until the configuration says otherwise.
 * Method: starts with one memory, on hosts of other names.
 */
import { expect, test } from "vitest";
import { KeptName } from "../../../../src/sinks/cloudwatch/kept-name.ts";
import { forgetfulMemory } from "../../../support/sink-memory.ts";

const name = (template: string, memory = forgetfulMemory(), host = "host") =>
  new KeptName(template, memory, async () => template.replace("{hostname}", host));

test("the name that was kept wins", async () => {
  const memory = forgetfulMemory();
  expect(await name("{hostname}", memory, "one").keep()).toBeUndefined();
  expect(await name("{hostname}", memory, "two").get()).toBe("one");
  expect(await name("{hostname}", memory, "two").keep()).toBeUndefined();
  expect(await memory.load()).toEqual({ log_stream: "{hostname}", name: "one" });
});

test("another template has another name", async () => {
  const memory = forgetfulMemory();
  await name("{hostname}", memory, "one").keep();
  expect(await name("audit-{hostname}", memory, "two").get()).toBe("audit-two");
});

test("without keeping, nothing is written", async () => {
  const memory = forgetfulMemory();
  expect(await name("{hostname}", memory).get()).toBe("host");
  expect(await memory.load()).toEqual({});
});

test("it is found out once", async () => {
  let asked = 0;
  const kept = new KeptName("{instance_id}", forgetfulMemory(), async () => `i-${asked++}`);
  expect([await kept.get(), await kept.get()]).toEqual(["i-0", "i-0"]);
});

test("where it cannot be kept, the warning says what to do", async () => {
  const save = () => Promise.reject(Object.assign(new Error("disk"), { code: "EROFS" }));
  expect(await name("{hostname}", { ...forgetfulMemory(), save }).keep()).toMatch(/host.*EROFS.*log_stream/);
});
