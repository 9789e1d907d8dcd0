/** The channel `log`: a line in the daemon's own log. */
import type { Log } from "../system/log.ts";
import type { Channel } from "./channel.ts";
import { payloadOf, type Sender } from "./notification.ts";

export function logChannel(log: Log, sender: Sender): Channel {
  return {
    send: async (notification) => {
      const { title, text, ...fields } = payloadOf(notification, sender);
      const isQuiet = notification.status === "resolved" || notification.severity === "info";
      if (isQuiet) log.info({ alert: fields }, `alert ${notification.status}: ${title}. ${text}`);
      else log.warn({ alert: fields }, `alert ${notification.status}: ${title}. ${text}`);
      return { ok: true };
    },
  };
}
