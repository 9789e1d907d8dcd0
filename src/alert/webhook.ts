/** The channel `webhook`: the JSON of `payloadOf`, signed if there is a secret. */
import type { Clock } from "../system/clock.ts";
import type { Channel } from "./channel.ts";
import { payloadOf, type Sender } from "./notification.ts";
import { type Post, post } from "./post.ts";
import { SIGNATURE_HEADER, signatureOf } from "./signature.ts";

export type WebhookTarget = Pick<Post, "url" | "headers" | "timeoutMs" | "tls"> & {
  readonly secret: string | undefined;
};

export function webhookChannel(target: WebhookTarget, sender: Sender, clock: Clock): Channel {
  const { secret, ...connection } = target;
  return {
    send: (notification, signal) => {
      const body = JSON.stringify(payloadOf(notification, sender));
      const signature = secret && { [SIGNATURE_HEADER]: signatureOf(body, secret, clock.nowMs()) };
      const headers = { ...connection.headers, ...signature };
      return post({ ...connection, headers, body }, clock, signal);
    },
  };
}
