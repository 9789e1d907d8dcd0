/** `alerts test`: sends a message that means nothing through each channel, and tells what became of it. */
import { testNotification } from "../alert/notification.ts";
import { openChannel } from "../alert/open-channel.ts";
import type { Config } from "../config/load.ts";
import { alertSender } from "../daemon/alert-sender.ts";
import { systemClock } from "../system/clock.ts";
import { didYouMean } from "../system/did-you-mean.ts";
import { openLog } from "../system/log.ts";
import type { ExitCode, Terminal } from "./command.ts";

interface ChannelResult {
  readonly channel: string;
  readonly ok: boolean;
  /** One sentence. */
  readonly message: string;
}

export interface TestOptions {
  readonly channel?: string | undefined;
  readonly json?: boolean | undefined;
}

/** Tries the channels of `config`, one after the other. Exit code 1 if one failed. */
export async function testChannels(
  config: Config,
  { channel, json }: TestOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const channels = config.alerts?.channels ?? {};
  const problem = unknownChannel(channel, Object.keys(channels));
  if (problem !== undefined) {
    terminal.err(`alerts test: ${problem}\n`);
    return 2;
  }
  const ports = { clock: systemClock, log: openLog(config.log.level) };
  const stop = new AbortController();
  const undo = (["SIGINT", "SIGTERM"] as const).map((one) => terminal.onSignal(one, () => stop.abort()));
  const results: ChannelResult[] = [];
  for (const [name, options] of Object.entries(channels)) {
    if (channel !== undefined && name !== channel) continue;
    const opened = openChannel(options, alertSender(config), ports);
    const sent = await opened.send(testNotification(ports.clock.nowMs()), stop.signal);
    const message = sent.ok
      ? `${name} (${options.type}) took the message.`
      : `${name} (${options.type}): ${sent.problem}.`;
    results.push({ channel: name, ok: sent.ok, message });
    if (!json) terminal.out(`${sent.ok ? "ok  " : "FAIL"}  ${message}\n`);
  }
  for (const forget of undo) forget();
  const ok = results.every((result) => result.ok);
  if (json) terminal.out(`${JSON.stringify({ ok, channels: results }, null, 2)}\n`);
  return ok ? 0 : 1;
}

/** Why there is nothing to test; undefined if there is something. */
function unknownChannel(channel: string | undefined, names: readonly string[]): string | undefined {
  if (names.length === 0) return "the configuration has no channels; add alerts.channels";
  if (channel === undefined || names.includes(channel)) return undefined;
  const meant = didYouMean(channel, names);
  const hint = meant === undefined ? `expected ${names.join(" or ")}` : `did you mean "${meant}"?`;
  return `there is no channel "${channel}"; ${hint}`;
}
