/** The real terminal: standard output and error, environment and signals of the process. */
import { type Clock, systemClock } from "../system/clock.ts";
import type { Terminal, TerminalSignal } from "./command.ts";

/** What of `process` the terminal uses. */
export type TerminalProcess = Pick<NodeJS.Process, "env" | "stdout" | "stderr" | "on" | "off"> & {
  exit(code: number): void;
};

const COLUMNS_DEFAULT = 80;
/** Under `npm run` a Ctrl-C arrives twice, from the terminal and from npm: that is one request to stop. */
const SAME_SIGNAL_MS = 300;
/** Shells report a process that a signal ended as 128 + its number. */
const EXIT_CODES: Readonly<Record<string, number>> = { SIGINT: 130, SIGTERM: 143 };

/**
 * Opens the terminal of `process`. If the reader of standard output goes away (`| head`), what is still
 * written is dropped in silence: that is no failure.
 */
export function openTerminal(
  process: TerminalProcess,
  clock: Pick<Clock, "monotonicMs"> = systemClock,
): Terminal {
  let isClosed = false;
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    isClosed = true;
  });
  return {
    environment: process.env,
    isInteractive: process.stdout.isTTY === true,
    columns: process.stdout.columns ?? COLUMNS_DEFAULT,
    out: (text) => {
      if (!isClosed) process.stdout.write(text);
    },
    err: (text) => {
      process.stderr.write(text);
    },
    onSignal: signalHub(process, clock),
  };
}

function signalHub(process: TerminalProcess, clock: Pick<Clock, "monotonicMs">): Terminal["onSignal"] {
  const hub = new Map<TerminalSignal, { listeners: Set<() => void>; dispatch: () => void }>();
  let stoppingSinceMs: number | undefined;

  const open = (signal: TerminalSignal) => {
    const listeners = new Set<() => void>();
    const dispatch = (): void => {
      const exitCode = EXIT_CODES[signal];
      if (exitCode !== undefined && stoppingSinceMs !== undefined) {
        if (clock.monotonicMs() - stoppingSinceMs < SAME_SIGNAL_MS) return;
        process.exit(exitCode);
      }
      if (exitCode !== undefined) stoppingSinceMs = clock.monotonicMs();
      for (const listener of listeners) listener();
    };
    const entry = { listeners, dispatch };
    hub.set(signal, entry);
    process.on(signal, dispatch);
    return entry;
  };
  return (signal, listener) => {
    const { listeners, dispatch } = hub.get(signal) ?? open(signal);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      if (listeners.size > 0 || !hub.delete(signal)) return;
      process.off(signal, dispatch);
    };
  };
}
