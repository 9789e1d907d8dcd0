/** A terminal that remembers what was written to it, and takes signals from the test. */
import type { Terminal, TerminalSignal } from "../../../src/cli/command.ts";

export class FakeTerminal implements Terminal {
  readonly environment: Record<string, string | undefined>;
  isInteractive = false;
  columns = 100;
  /** Everything that was written to standard output. */
  stdout = "";
  /** Everything that was written to standard error. */
  stderr = "";
  readonly #listeners = new Map<TerminalSignal, Set<() => void>>();

  constructor(environment: Record<string, string | undefined> = {}) {
    this.environment = environment;
  }

  out(text: string): void {
    this.stdout += text;
  }

  err(text: string): void {
    this.stderr += text;
  }

  onSignal(signal: TerminalSignal, listener: () => void): () => void {
    const listeners = this.#listeners.get(signal) ?? new Set();
    this.#listeners.set(signal, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /** Lets the process receive `signal`. */
  signal(signal: TerminalSignal): void {
    for (const listener of this.#listeners.get(signal) ?? []) listener();
  }
}
