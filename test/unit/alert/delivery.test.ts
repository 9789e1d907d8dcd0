/**
 * Goal: a channel that is down is tried with growing pauses, warned about once, and told the newest when it is back.
 * Method: a channel that answers as the test says, on a clock that is moved.
 */
import { expect, test } from "vitest";
import { Delivery } from "../../../src/alert/delivery.ts";
import type { Notification } from "../../../src/alert/notification.ts";
import type { PostResult } from "../../../src/alert/post.ts";
import { RecordingLog } from "../../support/recording-log.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";
import { notification, told } from "./finding.ts";

class Scene {
  readonly clock = new VirtualClock();
  readonly recording = new RecordingLog();
  readonly told: Notification[] = [];
  readonly stop = new AbortController();
  readonly delivery: Delivery;
  attempts = 0;
  result: PostResult = { ok: true };
  saves = 0;
  readonly running: Promise<void>;

  constructor(waiting: readonly Notification[] = []) {
    const channel = {
      send: async (news: Notification) => {
        this.attempts += 1;
        if (this.result.ok) this.told.push(news);
        return this.result;
      },
    };
    this.delivery = new Delivery("hook", channel, waiting, {
      clock: this.clock,
      // The longest pause each time.
      random: { next: () => 0.999999 },
      log: this.recording.log,
      onTold: async () => {
        this.saves += 1;
      },
    });
    this.running = this.delivery.run(this.stop.signal);
  }

  async put(...news: readonly Notification[]): Promise<void> {
    this.delivery.queue(news);
    this.delivery.wake();
    await this.clock.advance(0);
  }

  async end(): Promise<void> {
    this.stop.abort();
    await this.running;
  }
}

const DOWN = { ok: false, problem: "answered 500" } as const;

test("news is told at once and remembered as told", async () => {
  const scene = new Scene();
  await scene.put(notification(), notification({ fingerprint: "b" }));
  expect(told(scene.told)).toEqual(["firing lag:search", "firing b"]);
  expect(scene.saves).toBe(2);
  expect(scene.delivery.waiting()).toEqual([]);
  expect(scene.delivery.counts).toEqual({ delivered: 2, failed: 0, dropped: 0 });
  await scene.end();
});

test("what waited at the last stop is told first", async () => {
  const scene = new Scene([notification()]);
  await scene.clock.advance(0);
  expect(scene.told).toHaveLength(1);
  await scene.end();
});

test("a channel that is down is one warning, growing pauses, and no secret", async () => {
  const scene = new Scene();
  scene.result = DOWN;
  await scene.put(notification());
  await scene.clock.advance(60 * 60 * 1000);
  const pauses = scene.clock.sleeps.filter((ms) => ms !== 60_000);
  expect(pauses.slice(0, 10).map((ms) => Math.round(ms / 1000))).toEqual([
    1, 2, 4, 8, 16, 32, 64, 128, 256, 300,
  ]);
  expect(scene.recording.messages("warn")).toHaveLength(1);
  expect(scene.recording.entries[0]?.fields).toEqual({ channel: "hook", problem: "answered 500" });
  expect(scene.delivery.problem).toBe("answered 500");

  scene.result = { ok: true };
  await scene.put(notification({ status: "resolved", ends_ms: 1 }));
  await scene.clock.advance(5 * 60 * 1000);
  expect(told(scene.told)).toEqual(["resolved lag:search"]);
  expect(scene.recording.messages("info")).toEqual(["the alert channel works again"]);
  await scene.end();
});

test("news does not cut the pause of a channel that is down, another address does", async () => {
  const scene = new Scene();
  scene.result = DOWN;
  await scene.put(notification());
  const { attempts } = scene;
  await scene.put(notification({ fingerprint: "b" }));
  expect(scene.attempts).toBe(attempts);
  scene.result = { ok: true };
  scene.delivery.replace({ send: async (news) => ({ ok: scene.told.push(news) > 0 }) as PostResult });
  await scene.clock.advance(0);
  expect(scene.told).toHaveLength(2);
  await scene.end();
});

test("a stop leaves what is not told for the next start", async () => {
  const scene = new Scene();
  scene.result = DOWN;
  await scene.put(notification());
  await scene.end();
  expect(told(scene.delivery.waiting())).toEqual(["firing lag:search"]);
});
