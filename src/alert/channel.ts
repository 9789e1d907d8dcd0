/** A way to tell people. */
import type { Notification } from "./notification.ts";
import type { PostResult } from "./post.ts";

export interface Channel {
  /** Tells it and resolves with what became of it. Never rejects. */
  send(notification: Notification, signal: AbortSignal): Promise<PostResult>;
}
