/**
 * Carries news to one channel, one after the other, for ever: its own loop, so that a dead or slow channel holds up
 * nothing else. What is not told yet is kept over a restart; after a crash the last one may be told twice.
 */
import { type BackoffOptions, backoffMs } from "../lane/backoff.ts";
import type { Clock } from "../system/clock.ts";
import type { Log } from "../system/log.ts";
import type { Random } from "../system/random.ts";
import type { Channel } from "./channel.ts";
import type { Notification } from "./notification.ts";
import { Outbox } from "./outbox.ts";

const BACKOFF: BackoffOptions = { initialMs: 1000, maxMs: 5 * 60 * 1000 };
/** With nothing to tell, the loop looks again so often; news wakes it at once. */
const IDLE_MS = 60_000;

export const OUTCOMES = ["delivered", "failed", "dropped"] as const;

/** Attempts since the start, by what became of them. */
export type DeliveryCounts = Readonly<Record<(typeof OUTCOMES)[number], number>>;

export interface DeliveryPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Called when something was told, so that this is remembered. */
  readonly onTold: () => Promise<void>;
}

export class Delivery {
  readonly name: string;
  readonly #ports: DeliveryPorts;
  readonly #outbox: Outbox;
  readonly #counts = { delivered: 0, failed: 0, dropped: 0 };
  #channel: Channel;
  #failures = 0;
  #problem: string | undefined;
  #wake = new AbortController();

  constructor(name: string, channel: Channel, waiting: readonly Notification[], ports: DeliveryPorts) {
    this.name = name;
    this.#channel = channel;
    this.#outbox = new Outbox(waiting);
    this.#ports = ports;
  }

  get counts(): DeliveryCounts {
    return { ...this.#counts };
  }

  /** Why the last attempt failed; undefined if it did not. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** What is not told yet. */
  waiting(): Notification[] {
    return this.#outbox.saved();
  }

  /** From now on tells through another channel, and tries that at once. */
  replace(channel: Channel): void {
    this.#channel = channel;
    this.#failures = 0;
    this.#wake.abort();
  }

  /** Takes over what is to be told; `wake` lets it be told. */
  queue(news: readonly Notification[]): void {
    for (const one of news) this.#counts.dropped += this.#outbox.put(one);
  }

  /** Tells what there is at once; but the pause of a channel that is down goes on. */
  wake(): void {
    if (this.#failures === 0) this.#wake.abort();
  }

  /** Tells until `signal` aborts. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const news = this.#outbox.next();
      if (news !== undefined && (await this.#send(news, signal))) continue;
      if (!signal.aborted) await this.#sleep(signal);
    }
  }

  async #send(news: Notification, signal: AbortSignal): Promise<boolean> {
    const { log, onTold } = this.#ports;
    const result = await this.#channel.send(news, signal);
    if (result.ok) {
      this.#counts.delivered += 1;
      if (this.#problem !== undefined) log.info({ channel: this.name }, "the alert channel works again");
      this.#problem = undefined;
      this.#failures = 0;
      this.#outbox.told(news);
      await onTold();
      return true;
    }
    if (signal.aborted) return false;
    this.#counts.failed += 1;
    this.#failures += 1;
    this.#outbox.postpone(news);
    if (this.#problem === undefined)
      log.warn(
        { channel: this.name, problem: result.problem },
        "the alert channel cannot be reached: its alerts wait, and delivery of lines goes on",
      );
    this.#problem = result.problem;
    return false;
  }

  async #sleep(signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#ports;
    const pauseMs = this.#failures === 0 ? IDLE_MS : backoffMs(BACKOFF, this.#failures, random.next());
    const wake = this.#wake;
    const abort = () => wake.abort();
    signal.addEventListener("abort", abort, { once: true });
    await clock.sleep(pauseMs, wake.signal);
    signal.removeEventListener("abort", abort);
    if (wake.signal.aborted) this.#wake = new AbortController();
  }
}
