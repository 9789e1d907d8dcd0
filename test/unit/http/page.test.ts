/**
 * Goal: the page says what the daemon knows, hides nothing that goes wrong, and lets nothing be injected.
 * Method: text of the page for hand-written daemons. How it looks is tested in a browser.
 */
import { expect, it } from "vitest";
import { page } from "../../../src/http/page.ts";
import { daemonView, lane, totals } from "./fixture.ts";

it("shows totals, each sink and its files", () => {
  const text = page(daemonView(), totals, 3_723_000);
  for (const expected of [
    "Everything is delivered in time.",
    "Last 30 days",
    "$0.1858",
    "1,200",
    "4.0 % of requests",
    "80,256",
    "42,256 in, 38,000 out",
    "search <small>opensearch</small>",
    "local <small>store</small>",
    "1.9 KiB",
    "5,304",
    "audit-2026-11-21.jsonl",
    "Running for 1 h 2 min.",
    "version 0.1.0",
  ]) {
    expect(text).toContain(expected);
  }
  expect(text).not.toContain("undefined");
});

it("says what is not in the totals and what was assumed", () => {
  const text = page(
    daemonView(),
    { ...totals, unpricedRecords: 3, suspectRecords: 2, assumedModels: ["haiku", "titan"] },
    0,
  );
  expect(text).toContain("≥ $0.1858");
  expect(text).toContain("3 usage records have no known price");
  expect(text).toContain("2 usage records look as if they count too much");
  expect(text).toContain("Assumed: haiku, titan");
});

it("says why delivery stands still", () => {
  const blocked = { ...lane, state: "blocked" as const, lastError: "403 from the server" };
  const readiness = { ready: false, reasons: ["sink search is blocked"] };
  const text = page(daemonView({ lanes: [blocked], readiness }), totals, 0);
  expect(text).toContain('<span class="state blocked">blocked</span>');
  expect(text).toContain("403 from the server");
  expect(text).toContain("<li>sink search is blocked</li>");
});

it("says so if the embedded store is off", () => {
  expect(page(daemonView({ usage: undefined }), undefined, 0)).toContain("The embedded store is off");
});

it("shows the newest files if there are many", () => {
  const files = Array.from({ length: 40 }, (_, index) => ({
    ...lane.files[0]!,
    name: `audit-2026-12-${String(index).padStart(2, "0")}.jsonl`,
  }));
  const text = page(daemonView({ lanes: [{ ...lane, files }] }), totals, 0);
  expect(text).toContain("31 of 40");
  expect(text).toContain("audit-2026-12-39.jsonl");
  expect(text).not.toContain("audit-2026-12-08.jsonl");
});

it("escapes whatever file names, sink names and errors hold", () => {
  const attack = `"'><script>alert(1)</script>`;
  const file = { ...lane.files[0]!, name: attack };
  const attacked = { ...lane, name: attack, type: attack, lastError: attack, files: [file] };
  const text = page(
    daemonView({ lanes: [attacked], readiness: { ready: false, reasons: [attack] } }),
    { ...totals, assumedModels: [attack] },
    0,
  );
  expect(text).not.toContain("<script>");
  expect(text.match(/<script/g)).toHaveLength(1);
});

it("names no other host", () => {
  expect(page(daemonView(), totals, 0)).not.toMatch(/(?:https?:)?\/\/\w/);
});
