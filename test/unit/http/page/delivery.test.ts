/**
 * Goal: the page tells for each sink whether everything arrives, and hides nothing that goes wrong.
 * Method: the HTML for daemons written by hand.
 */
import { expect, it } from "vitest";
import { delivery, verdict } from "../../../../src/http/page/delivery.ts";
import { daemonView, lane } from "../fixture.ts";
import { readable } from "./page-of.ts";

it("shows each sink and its files", () => {
  const { text } = delivery(daemonView(), 3_723_000);
  for (const expected of [
    "search <small>opensearch</small>",
    "local <small>store</small>",
    "1.9 KiB",
    "5,304",
    "audit-2026-11-21.jsonl",
    "Running for 1 h 2 min.",
  ]) {
    expect(text).toContain(expected);
  }
  expect(text).not.toContain("undefined");
  expect(readable(verdict(daemonView()))).toBe("Everything is delivered in time");
});

it("says why delivery stands still", () => {
  const blocked = { ...lane, state: "blocked" as const, lastError: "403 from the server" };
  const view = daemonView({
    lanes: [blocked],
    readiness: { ready: false, reasons: ["sink search is blocked"] },
  });
  const { text } = delivery(view, 0);
  expect(text).toContain('<span class="pill blocked">blocked</span>');
  expect(text).toContain("403 from the server");
  expect(text).toContain("<li>sink search is blocked</li>");
  expect(readable(verdict(view))).toBe("Delivery is late or stands still");
});

it("shows the newest files if there are many", () => {
  const files = Array.from({ length: 40 }, (_, index) => ({
    ...lane.files[0]!,
    name: `audit-2026-12-${String(index).padStart(2, "0")}.jsonl`,
  }));
  const { text } = delivery(daemonView({ lanes: [{ ...lane, files }] }), 0);
  expect(text).toContain("31 of 40");
  expect(text).toContain("audit-2026-12-39.jsonl");
  expect(text).not.toContain("audit-2026-12-08.jsonl");
});

it("escapes whatever file names, sink names and errors hold", () => {
  const attack = `"'><script>alert(1)</script>`;
  const file = { ...lane.files[0]!, name: attack };
  const attacked = { ...lane, name: attack, type: attack, lastError: attack, files: [file] };
  const view = daemonView({ lanes: [attacked], readiness: { ready: false, reasons: [attack] } });
  expect(delivery(view, 0).text).not.toContain("<script>");
});
