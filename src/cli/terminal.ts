/** The real terminal: standard output and error, environment and signals of the process. */
import type { Terminal, TerminalSignal } from "./command.ts";

/** What of `process` the terminal uses. */
export type TerminalProcess = Pick<NodeJS.Process, "env" | "stdout" | "stderr" | "on" | "off"> & {
  exit(code: number): void;
};

const COLUMNS_DEFAULT = 80;
/** Shells report a process that a signal ended as 128 + its number. */
const EXIT_CODES: Readonly<Record<string, number>> = { SIGINT: 130, SIGTERM: 143 };

/**
 * Opens the terminal of `process`. If the reader of standard output goes away (`| head`), what is still
 * written is dropped in silence: that is no failure.
 */
export function openTerminal(process: TerminalProcess): Terminal {
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
    onSignal: signalHub(process),
  };
}

function signalHub(process: TerminalProcess): Terminal["onSignal"] {
  const hub = new Map<TerminalSignal, { listeners: Set<() => void>; dispatch: () => void }>();
  let isStopping = false;

  const open = (signal: TerminalSignal) => {
    const listeners = new Set<() => void>();
    const dispatch = (): void => {
      const exitCode = EXIT_CODES[signal];
      if (exitCode !== undefined && isStopping) process.exit(exitCode);
      isStopping ||= exitCode !== undefined;
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
