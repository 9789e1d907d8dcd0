/**
 * Goal: the whole daemon brings audit files into CloudWatch Logs completely and once, with exact metrics, and puts what
 * the service does not take into the dead letters.
 * Method: the built program as a process on folders of its own, before moto and before the strict double; what arrived is
 * read back.
 */
import { randomUUID } from "node:crypto";
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  AWS_VARIABLES,
  type CloudWatchPlace,
  eventIds,
  placeOfDouble,
  placeOfMoto,
  REGION,
} from "../support/cloudwatch-place.ts";
import { Workspace, waitUntil } from "../support/daemon.ts";
import { requestLine } from "../support/documents.ts";
import { metricsIn } from "../support/embedded-metrics.ts";
import { FakeCloudWatch } from "../support/fake-cloudwatch.ts";
import { always, FALSE_ANSWERS, faultsOf } from "../support/fake-cloudwatch-faults.ts";
import { motoIfPossible } from "../support/servers/moto.ts";
import { difference, expectedFates, NO_DIFFERENCE } from "../torture/expected-fates.ts";

interface DeadLetters {
  readonly total: number;
  readonly items: readonly { readonly type: string; readonly reason: string }[];
}

const DAY_MS = 86_400_000;
const SAMPLES = "test/fixtures/audit";
const DAY_OF_SAMPLES = "2026-11-21";

const moto = await motoIfPossible();
const double = await FakeCloudWatch.start();
const PLACES: readonly (readonly [string, CloudWatchPlace])[] = [
  ["the strict double", placeOfDouble(double)],
  ...(moto === undefined ? [] : ([["moto", placeOfMoto(moto.url)]] as const)),
];

let group: string;
let workspace: Workspace;

afterAll(async () => {
  await moto?.stop();
  await double.down();
});

beforeEach(() => {
  group = `/test/${randomUUID()}`;
});

afterEach(async () => {
  await workspace.remove();
  double.plan = () => "none";
  double.store.visibility = {};
  double.store.paging = {};
});

function sinkAt(endpoint: string, more: object = {}): object {
  return {
    type: "cloudwatch",
    region: REGION,
    endpoint,
    log_group: group,
    batch: { max_wait: "50ms" },
    read_back: { interval: "100ms", max: "5s" },
    request_timeout: "2s",
    retry: { initial: "10ms", max: "100ms" },
    ...more,
  };
}

async function makeWorkspace(sinks: Readonly<Record<string, object>>): Promise<void> {
  workspace = await Workspace.make({ sinks }, AWS_VARIABLES);
}

/** The captured lines as if they had been written yesterday. */
function writeSamples(): void {
  const yesterday = new Date(Date.now() - DAY_MS).toISOString().slice(0, 10);
  for (const name of readdirSync(SAMPLES)) {
    const lines = readFileSync(join(SAMPLES, name), "utf8").replaceAll(DAY_OF_SAMPLES, yesterday);
    writeFileSync(join(workspace.auditDirectory, name.replace(DAY_OF_SAMPLES, yesterday)), lines);
  }
}

/** Appends lines with these times to the file of today. */
function writeLines(timesMs: readonly number[]): void {
  const lines = timesMs.map((ms) => `${requestLine({ ts: new Date(ms).toISOString() })}\n`);
  appendFileSync(join(workspace.auditDirectory, "audit.jsonl"), lines.join(""));
}

async function expectOnce(place: CloudWatchPlace): Promise<void> {
  const wanted = expectedFates(workspace.auditDirectory).documents.map(({ id }) => id);
  expect(difference(eventIds(await place.messages(group)), wanted)).toEqual(NO_DIFFERENCE);
}

async function runOnce(): Promise<void> {
  const ended = await workspace.run("run", "--once", "--timeout", "2m");
  expect(ended, ended.stderr.slice(-2000)).toMatchObject({ code: 0 });
}

describe.each(PLACES)("the daemon before %s", (_, place) => {
  it("delivers the samples completely, with every byte, and once, also after the state is lost", async () => {
    await makeWorkspace({ logs: sinkAt(place.url) });
    writeSamples();
    await runOnce();
    await expectOnce(place);
    const byId = new Map(
      (await place.messages(group)).map((message) => {
        const event = JSON.parse(message);
        return [event.event.id, event];
      }),
    );
    for (const { id, file, offset, record } of expectedFates(workspace.auditDirectory).documents)
      expect(byId.get(id)).toMatchObject({ ...record, log: { file: { name: file }, offset } });

    await workspace.removeState();
    await runOnce();
    await expectOnce(place);
  });

  it("makes metrics that add up to what `usage` says", async () => {
    await makeWorkspace({ logs: sinkAt(place.url, { metrics: "emf" }) });
    writeSamples();
    await runOnce();
    const metrics = (await place.messages(group)).flatMap(metricsIn);
    const total = (name: string) =>
      metrics
        .filter((metric) => metric.name === name && Object.keys(metric.dimensions).length === 0)
        .reduce((sum, { value }) => sum + Math.round(value * 1e12), 0) / 1e12;
    const { totals } = await workspace.ask<{ totals: Record<string, unknown> }>("usage");
    expect(totals).toMatchObject({
      requests: total("Requests"),
      errors: total("Errors"),
      input_tokens: total("InputTokens"),
      output_tokens: total("OutputTokens"),
      total_usd: String(total("CostUsd")),
    });
    expect(total("Requests")).toBeGreaterThan(10);
  });

  it("keeps the rest of a backlog of 40 days when the service does not take what is too old", async () => {
    await makeWorkspace({ logs: sinkAt(place.url) });
    const nowMs = Date.now();
    writeLines(Array.from({ length: 40 * 24 }, (_, hour) => nowMs - (40 * 24 - hour - 0.5) * (DAY_MS / 24)));
    await runOnce();
    const { total, items } = await workspace.ask<DeadLetters>("dead-letters", "list", "--limit", "10000");
    expect(total).toBe(26 * 24);
    for (const { type, reason } of items) {
      expect(type).toBe("log_event_too_old");
      expect(reason).toContain("14 days");
    }
    expect(new Set(eventIds(await place.messages(group))).size).toBe(14 * 24);
    expect(await place.messages(group)).toHaveLength(14 * 24);
  });

  it("keeps its pace while another sink is dead", async () => {
    const dead = sinkAt("http://127.0.0.1:9", { log_group: "/test/dead" });
    await makeWorkspace({ dead, logs: sinkAt(place.url) });
    writeSamples();
    const wanted = expectedFates(workspace.auditDirectory).documents.length;
    const daemon = workspace.start("run");
    await waitUntil(async () => (await place.messages(group)).length === wanted, "the samples");
    writeLines([Date.now()]);
    await waitUntil(async () => (await place.messages(group)).length === wanted + 1, "one more line");
    await expectOnce(place);
    expect(await daemon.kill("SIGTERM")).toMatchObject({ code: 0 });
    const { sinks } = await workspace.ask<{ sinks: { name: string; lag_bytes: number }[] }>("status");
    const lags = Object.fromEntries(sinks.map(({ name, lag_bytes }) => [name, lag_bytes]));
    expect(lags["logs"]).toBe(0);
    expect(lags["dead"]).toBeGreaterThan(0);
  });
});

describe("the daemon before a CloudWatch Logs that fails", () => {
  const place = placeOfDouble(double);

  it("stores nothing twice when answers are lost, though the service shows its events late and in small pages", async () => {
    double.store.visibility = { afterMs: 250 };
    double.store.paging = { eventsMax: 50, emptyPages: 1 };
    double.plan = faultsOf(
      "PutLogEvents",
      ...(["answer_lost", "throttled", "hang_after_storing", "none", "cut_before_storing"] as const),
      ...(["unavailable_after_storing", "data_already_accepted", "cut_in_answer"] as const),
    );
    const patient = {
      batch: { max_records: 40, max_wait: "50ms" },
      read_back: { interval: "400ms", max: "5s" },
    };
    await makeWorkspace({ logs: sinkAt(double.url, patient) });
    writeSamples();
    await runOnce();
    await expectOnce(place);
    expect(double.faults.get("hang_after_storing")).toBe(1);
  });

  it("takes no answer 200 of something else for the service's", async () => {
    double.plan = faultsOf("PutLogEvents", ...FALSE_ANSWERS);
    await makeWorkspace({ logs: sinkAt(double.url, { read_back: { interval: "50ms", max: "2s" } }) });
    writeSamples();
    await runOnce();
    await expectOnce(place);
    for (const fault of FALSE_ANSWERS) expect(double.faults.get(fault), fault).toBe(1);
  });

  it("keeps its pace before one sink while the service of another never answers", async () => {
    const silent = await FakeCloudWatch.start();
    silent.plan = always("hang");
    await makeWorkspace({ silent: sinkAt(silent.url), logs: sinkAt(double.url) });
    writeSamples();
    const wanted = expectedFates(workspace.auditDirectory).documents.length;
    const daemon = workspace.start("run");
    await waitUntil(async () => (await place.messages(group)).length === wanted, "the samples");
    await daemon.kill("SIGKILL");
    await silent.down();
  });
});
