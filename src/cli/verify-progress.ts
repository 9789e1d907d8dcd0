/** The progress of `verify` on standard error: only where somebody looks. */
import { bar } from "./bar.ts";
import type { Terminal } from "./command.ts";

const BAR_CHARACTERS = 30;
const CLEAR_LINE = "\r\u001b[K";

export class ProofProgress {
  readonly #bytesTotal: number;
  readonly #terminal: Terminal;
  readonly #isShown: boolean;
  #bytes = 0;
  #percent = -1;

  constructor(bytesTotal: number, terminal: Terminal, { json }: { readonly json: boolean }) {
    this.#bytesTotal = bytesTotal;
    this.#terminal = terminal;
    this.#isShown = terminal.isInteractive && !json && bytesTotal > 0;
  }

  /** So many more bytes were looked at. */
  add(bytes: number): void {
    this.#bytes += bytes;
    const share = Math.min(1, this.#bytes / this.#bytesTotal);
    const percent = Math.floor(share * 100);
    if (!this.#isShown || percent === this.#percent) return;
    this.#percent = percent;
    this.#terminal.err(`${CLEAR_LINE}verifying ${bar(share, BAR_CHARACTERS)} ${percent} %`);
  }

  /** Takes the bar away. */
  end(): void {
    if (this.#percent >= 0) this.#terminal.err(CLEAR_LINE);
  }
}
