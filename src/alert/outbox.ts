/** What a channel still has to tell: the newest state of each alert, in the order in which they became news. */
import type { Notification } from "./notification.ts";

/** More alerts do not wait for one channel; then those that wait longest are given up. */
const WAITING_MAX = 1000;

export class Outbox {
  readonly #waiting: Map<string, Notification>;

  constructor(saved: readonly Notification[] = []) {
    this.#waiting = new Map(saved.map((one) => [one.fingerprint, one]));
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** Puts news at the end; older news of the same alert is not told any more. Returns how many were given up. */
  put(news: Notification): number {
    this.#waiting.delete(news.fingerprint);
    this.#waiting.set(news.fingerprint, news);
    if (this.#waiting.size <= WAITING_MAX) return 0;
    const [oldest] = this.#waiting.keys();
    if (oldest !== undefined) this.#waiting.delete(oldest);
    return 1;
  }

  /** What is to be told next; undefined if nothing is. */
  next(): Notification | undefined {
    return this.#waiting.values().next().value;
  }

  /** It was told; newer news of the same alert stays. */
  told(news: Notification): void {
    if (this.#waiting.get(news.fingerprint) === news) this.#waiting.delete(news.fingerprint);
  }

  /** It could not be told: the others come first, so that one that is refused does not hold them up. */
  postpone(news: Notification): void {
    if (this.#waiting.get(news.fingerprint) !== news) return;
    this.#waiting.delete(news.fingerprint);
    this.#waiting.set(news.fingerprint, news);
  }

  saved(): Notification[] {
    return [...this.#waiting.values()];
  }
}
