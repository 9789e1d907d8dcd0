/** Makes the channel that the configuration describes. */
import type { TlsOptions } from "../sinks/options.ts";
import type { Clock } from "../system/clock.ts";
import type { Log } from "../system/log.ts";
import type { Channel } from "./channel.ts";
import { logChannel } from "./log-channel.ts";
import type { Sender } from "./notification.ts";
import { slackChannel } from "./slack.ts";
import { webhookChannel } from "./webhook.ts";

interface HttpOptions {
  readonly url: string;
  /** Milliseconds. */
  readonly timeout: number;
  readonly tls?: TlsOptions | undefined;
}

interface WebhookOptions extends HttpOptions {
  readonly type: "webhook";
  readonly secret?: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

interface SlackOptions extends HttpOptions {
  readonly type: "slack";
}

export type ChannelOptions = WebhookOptions | SlackOptions | { readonly type: "log" };

export function openChannel(
  options: ChannelOptions,
  sender: Sender,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Channel {
  if (options.type === "log") return logChannel(log, sender);
  const { url, timeout, tls } = options;
  const target = { url, timeoutMs: timeout, tls };
  if (options.type === "slack") return slackChannel(target, sender, clock);
  return webhookChannel({ ...target, headers: options.headers, secret: options.secret }, sender, clock);
}
