/**
 * Goal: systemd hears what it should, and the daemon does not mind if it cannot be told.
 * Method: an injected tool; the real `systemd-notify` with a real socket is tested under test/integration.
 */
import { describe, expect, it } from "vitest";
import { type RunTool, runTool, type ServiceState, serviceNotifier } from "../../../src/daemon/systemd.ts";
import type { Log } from "../../../src/system/log.ts";

function recorder(code: number | undefined) {
  const calls: (readonly [string, ...(readonly string[])])[] = [];
  const warnings: unknown[] = [];
  const run: RunTool = async (command, parameters, environment) => {
    calls.push([command, ...parameters, String(environment["NOTIFY_SOCKET"])]);
    return code;
  };
  const note = (...call: unknown[]): void => {
    warnings.push(call);
  };
  const log: Log = { debug: note, info: note, warn: note, error: note };
  return { calls, warnings, run, log };
}

describe("under systemd", () => {
  it.each<[ServiceState, string]>([
    ["ready", "READY=1"],
    ["reloading", "RELOADING=1"],
    ["stopping", "STOPPING=1"],
  ])("%s is told as %s", async (state, variable) => {
    const { calls, warnings, run, log } = recorder(0);
    await serviceNotifier({ NOTIFY_SOCKET: "/run/notify" }, log, run)(state);
    expect(calls).toEqual([["systemd-notify", variable, "/run/notify"]]);
    expect(warnings).toEqual([]);
  });

  it.each([1, undefined])("an end with %s is one warning, no failure", async (code) => {
    const { warnings, run, log } = recorder(code);
    await serviceNotifier({ NOTIFY_SOCKET: "/run/notify" }, log, run)("ready");
    expect(warnings).toHaveLength(1);
  });
});

it.each([{}, { NOTIFY_SOCKET: "" }])("elsewhere (%j) nothing is started", async (environment) => {
  const { calls, run, log } = recorder(0);
  await serviceNotifier(environment, log, run)("ready");
  expect(calls).toEqual([]);
});

describe("a tool", () => {
  it("gives its exit code", async () => {
    expect(await runTool(process.execPath, ["-e", "process.exit(3)"], {})).toBe(3);
  });

  it("gets the environment it is given", async () => {
    expect(await runTool(process.execPath, ["-e", "process.exit(+process.env.CODE)"], { CODE: "5" })).toBe(5);
  });

  it("that does not exist gives nothing", async () => {
    expect(await runTool("/no/such/tool", [], {})).toBeUndefined();
  });
});
