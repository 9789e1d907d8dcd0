/** An answer that is shown again and again in the same place, until somebody says stop. */
import type { Clock } from "../system/clock.ts";
import type { Terminal } from "./command.ts";

const PERIOD_MS = 2000;
/** An answer that takes long is asked for less often: at most a tenth of the time is spent on it. */
const REST_PER_ANSWER = 10;

// The screen beside the usual one, without a cursor, so that what stood there before comes back afterwards.
const ENTER = "\u001b[?1049h\u001b[?25l";
const LEAVE = "\u001b[?25h\u001b[?1049l";
const TO_THE_TOP = "\u001b[H";
const CLEAR_LINE_END = "\u001b[K";
const CLEAR_BELOW = "\u001b[J";

/** `text` over what is shown, without the flicker of clearing all first. */
function frame(text: string): string {
  return `${TO_THE_TOP}${text.replaceAll("\n", `${CLEAR_LINE_END}\n`)}${CLEAR_BELOW}`;
}

/** What `answer` writes, as one text. */
async function written(
  answer: (terminal: Terminal) => Promise<unknown>,
  terminal: Terminal,
): Promise<string> {
  let text = "";
  const collect = (part: string | Uint8Array): void => {
    text += typeof part === "string" ? part : Buffer.from(part).toString();
  };
  await answer({
    environment: terminal.environment,
    isInteractive: terminal.isInteractive,
    columns: terminal.columns,
    out: collect,
    err: collect,
    onSignal: (signal, listener) => terminal.onSignal(signal, listener),
  });
  return text;
}

/**
 * Shows what `answer` writes every two seconds, until SIGINT (Ctrl-C) or SIGTERM; the last answer stays on the screen.
 *
 * Rejects with what `answer` rejects with, the terminal as it was.
 */
export async function watch(
  answer: (terminal: Terminal) => Promise<unknown>,
  terminal: Terminal,
  clock: Pick<Clock, "monotonicMs" | "sleep">,
): Promise<void> {
  const stop = new AbortController();
  const forgets = (["SIGINT", "SIGTERM"] as const).map((signal) =>
    terminal.onSignal(signal, () => stop.abort()),
  );
  let last = "";
  terminal.out(ENTER);
  try {
    while (!stop.signal.aborted) {
      const startedMs = clock.monotonicMs();
      last = await written(answer, terminal);
      terminal.out(frame(last));
      const tookMs = clock.monotonicMs() - startedMs;
      await clock.sleep(Math.max(PERIOD_MS, tookMs * REST_PER_ANSWER), stop.signal);
    }
  } finally {
    terminal.out(`${LEAVE}${last}`);
    for (const forget of forgets) forget();
  }
}
