/**
 * Goal: a channel that is away gets the newest of each alert when it is back, and takes bounded memory until then.
 * Method: news put, told and postponed in every order.
 */
import { expect, test } from "vitest";
import { Outbox } from "../../../src/alert/outbox.ts";
import { notification } from "./finding.ts";

const news = (fingerprint: string, status: "firing" | "resolved" = "firing") =>
  notification({ fingerprint, status });

test("news is told in its order, and newer news of the same alert replaces older", () => {
  const outbox = new Outbox();
  for (const one of [news("a"), news("b"), news("a", "resolved")]) outbox.put(one);
  expect(outbox.saved().map(({ fingerprint, status }) => `${fingerprint} ${status}`)).toEqual([
    "b firing",
    "a resolved",
  ]);
});

test("what comes while older news of the same alert is on its way is told after it", () => {
  const outbox = new Outbox([news("a")]);
  const sent = outbox.next();
  outbox.put(news("a", "resolved"));
  if (sent !== undefined) outbox.told(sent);
  expect(outbox.next()?.status).toBe("resolved");
});

test("what could not be told waits behind the others, unless there is newer news", () => {
  const outbox = new Outbox([news("a"), news("b")]);
  const sent = outbox.next();
  if (sent !== undefined) outbox.postpone(sent);
  expect(outbox.next()?.fingerprint).toBe("b");
  const newer = news("a", "resolved");
  outbox.put(newer);
  if (sent !== undefined) outbox.postpone(sent);
  expect(outbox.saved()).toContain(newer);
});

test("there is a limit, and the oldest are given up", () => {
  const outbox = new Outbox();
  const dropped = Array.from({ length: 1003 }, (_, index) => outbox.put(news(`${index}`)));
  expect(dropped.reduce((sum, count) => sum + count, 0)).toBe(3);
  expect(outbox.size).toBe(1000);
  expect(outbox.next()?.fingerprint).toBe("3");
});
