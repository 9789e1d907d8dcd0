/**
 * Goal: variables are read as they are, and the AWS SDK writes nothing to standard error about the version of Node.
 * Method: variables of this process, and a client of the SDK made in it.
 */
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { afterEach, expect, test, vi } from "vitest";
import { processEnvironment, silenceAwsVersionNotice } from "../../../src/system/environment.ts";

afterEach(() => vi.unstubAllEnvs());

test("variables are read as they are now", () => {
  vi.stubEnv("MEM0_TEST_VARIABLE", "first");
  expect(processEnvironment()["MEM0_TEST_VARIABLE"]).toBe("first");
  vi.stubEnv("MEM0_TEST_VARIABLE", "second");
  expect(processEnvironment()["MEM0_TEST_VARIABLE"]).toBe("second");
});

test("a client of the SDK is made without a warning of the process", async () => {
  const warnings: Error[] = [];
  const note = (warning: Error) => warnings.push(warning);
  process.on("warning", note);
  silenceAwsVersionNotice();
  new CloudWatchLogsClient({ region: "us-east-1" }).destroy();
  await new Promise(setImmediate);
  process.off("warning", note);
  expect(warnings).toEqual([]);
});
