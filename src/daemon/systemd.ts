/**
 * Tells systemd how far the daemon is (`Type=notify`), through its own tool `systemd-notify`: the protocol is a
 * datagram to a Unix socket, which Node cannot send.
 *
 * Source: sd_notify(3), systemd-notify(1). The unit needs `NotifyAccess=all`, since a child sends.
 */
import { spawn } from "node:child_process";
import type { Log } from "../system/log.ts";

export type ServiceState = "ready" | "reloading" | "stopping";

export type Environment = Readonly<Record<string, string | undefined>>;

/** Runs `command` to its end and resolves with its exit code; undefined if it did not start or was killed. */
export type RunTool = (
  command: string,
  parameters: readonly string[],
  environment: Environment,
) => Promise<number | undefined>;

/** Longer than `systemd-notify` waits for systemd by itself (5 s, its barrier): it must never hold up a stop. */
const TOOL_TIMEOUT_MS = 6_000;

const VARIABLES: Readonly<Record<ServiceState, readonly string[]>> = {
  ready: ["READY=1"],
  reloading: ["RELOADING=1"],
  stopping: ["STOPPING=1"],
};

/** Runs a tool of the system, and kills it if it takes too long. */
export const runTool: RunTool = (command, parameters, env) =>
  new Promise((resolve) => {
    const child = spawn(command, parameters, { env, stdio: "ignore", timeout: TOOL_TIMEOUT_MS });
    child.once("error", () => resolve(undefined));
    child.once("exit", (code) => resolve(code ?? undefined));
  });

/**
 * Makes the function that tells systemd. Without `NOTIFY_SOCKET` (in a container, in a terminal) it does nothing.
 * A message that cannot be sent is one warning: delivery goes on.
 */
export function serviceNotifier(
  environment: Environment,
  log: Log,
  run: RunTool = runTool,
): (state: ServiceState) => Promise<void> {
  if (!environment["NOTIFY_SOCKET"]) return async () => {};
  return async (state) => {
    const code = await run("systemd-notify", VARIABLES[state], environment);
    if (code === 0) return;
    log.warn(
      { state, code },
      "systemd: could not be told; expected systemd-notify to be installed and to end with 0",
    );
  };
}
