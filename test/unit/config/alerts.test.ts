/**
 * Goal: alerts are off without a word, sensible with one, and whatever is written wrongly is told with its place.
 * Method: configurations as text; what comes out is compared, and printed again.
 */
import { describe, expect, test } from "vitest";
import { printConfig } from "../../../src/config/print.ts";
import { configReference } from "../../../src/config/reference.ts";
import { configOf, loadText, problemsOf } from "./loading.ts";

const HOOK = "https://user:hidden@alerts.example.com/T000/hidden";

test("without the key nothing is evaluated", async () => {
  expect((await configOf("{}")).alerts).toBeUndefined();
});

test("an empty section means every rule with its defaults, told in the log", async () => {
  expect((await configOf("alerts: {}")).alerts).toEqual({
    error_rate: { threshold: 0.05, window: 300_000, min_requests: 20, min_errors: 3, for: 2 },
    spike: { z: 6, times_median: 3, times_maximum: 1.5, min_usd: "0.50", min_requests: 100 },
    budget: {},
    unpriced: {},
    over_count: { min_records: 1 },
    lag: 300_000,
    dead_letters: {},
    verify: {},
    repeat: 14_400_000,
    channels: { log: { type: "log" } },
  });
});

test("each rule can be switched off", async () => {
  const rules = ["error_rate", "spike", "budget", "unpriced", "over_count", "lag", "dead_letters", "verify"];
  const off = Object.fromEntries(rules.map((rule) => [rule, false]));
  expect((await configOf(JSON.stringify({ alerts: off }))).alerts).toMatchObject(off);
});

describe("what is printed", () => {
  const text = JSON.stringify({
    alerts: {
      lag: "10m",
      spike: { min_usd: 2 },
      error_rate: false,
      channels: {
        hook: { type: "webhook", url: HOOK, secret: "hidden", headers: { Authorization: "Bearer hidden" } },
        chat: { type: "slack", url: HOOK, timeout: "5s" },
        log: { type: "log" },
      },
    },
  });

  test("says the same as what was written", async () => {
    const printed = printConfig(await configOf(text));
    expect(printed).toContain("lag: 10m");
    expect(printed).toContain('min_usd: "2"');
    expect(printed).toContain("error_rate: false");
    expect(printed).toContain("timeout: 5s");
  });

  test("hides addresses, keys and headers", async () => {
    expect(printConfig(await configOf(text))).not.toContain("hidden");
  });
});

test.each([
  ["error_rate: {threshold: 2}", /alerts\.error_rate\.threshold: expected less than 1, found 2/],
  ["error_rate: {window: 7m}", /alerts\.error_rate\.window: expected whole minutes that divide an hour/],
  ["error_rate: 5", /alerts\.error_rate: expected false or a mapping/],
  ["spike: {min_usd: much}", /alerts\.spike\.min_usd: expected /],
  ["lag: true", /alerts\.lag: expected /],
  ["unprised: {}", /alerts\.unprised: unknown key; did you mean "unpriced"/],
  ["spike: {times_media: 3}", /alerts\.spike\.times_media: unknown key; did you mean "times_median"/],
  ["channels: {a: {type: mail}}", /alerts\.channels\.a\.type: expected one of webhook, slack, log/],
  ["channels: {A: {type: log}}", /alerts\.channels\.A: expected a name of lower-case letters/],
  [
    'channels: {a: {type: slack, url: "ftp://hidden"}}',
    /alerts\.channels\.a\.url: expected a URL like https:\/\/alerts.example.com\/hook/,
  ],
  [
    'channels: {a: {type: webhook, url: "http://hidden", headers: {Host: hidden}}}',
    /alerts\.channels\.a\.headers\.Host: this header is set by the program/,
  ],
  [
    'channels: {a: {type: webhook, url: "http://hidden", headers: {X-A: "hidden\\n"}}}',
    /alerts\.channels\.a\.headers\.X-A: expected printable ASCII in one line/,
  ],
])("%s is told", async (option, expected) => {
  const problems = await problemsOf(`alerts: {${option}}`);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(expected);
  expect(problems[0]).not.toContain("hidden");
});

test("the reference page has a row for each option, also of those that may be false", () => {
  const page = configReference();
  expect(page).toContain("| `error_rate.threshold` |");
  expect(page).toContain("| `channels.<name>.type` | `webhook` or `slack` or `log` |");
  expect(page.match(/\| `channels\.<name>\.url` \|/g)).toHaveLength(1);
});

test("a channel whose server is not verified is a warning", async () => {
  const channels = { hook: { type: "webhook", url: HOOK, tls: { verify: false } } };
  const loaded = await loadText(JSON.stringify({ alerts: { channels } }));
  expect(loaded.ok && loaded.warnings).toEqual([
    "alerts.channels.hook.tls.verify is off: anybody on the way can read and change what is sent",
  ]);
});
