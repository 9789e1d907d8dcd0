/**
 * Goal: one daemon per state folder; all lanes deliver everything without any notification, end in order, and a
 * reload that fails changes nothing.
 * Method: whole daemons in this process, on real folders, the embedded store and a small bulk server.
 */
import { appendFileSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Daemon } from "../../../src/daemon/daemon.ts";
import { waitUntil } from "../../support/daemon.ts";
import { requestLine } from "../../support/documents.ts";
import { type FakeOpenSearch, reply, startFakeOpenSearch } from "../../support/fake-opensearch.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";
import { DaemonFolder } from "./daemon-folder.ts";

const TODAY = "audit-2026-04-03.jsonl";
const TOMORROW = "audit-2026-04-04.jsonl";

let folder: DaemonFolder;
let server: FakeOpenSearch;
beforeEach(async () => {
  folder = new DaemonFolder();
  server = await startFakeOpenSearch();
});
afterEach(async () => {
  await folder.remove();
  await server.close();
});

function search(settings: object = {}): object {
  return { type: "opensearch", endpoints: [server.url], template: "off", ...settings };
}

function laneOf(daemon: Daemon, name: string) {
  const lane = daemon.lanes().find((one) => one.name === name);
  if (lane === undefined) throw new Error(`no lane ${name}`);
  return lane;
}

describe("the lock", () => {
  test("refuses a second daemon on the same state folder and names the holder", async () => {
    const config = await folder.config();
    const first = await folder.open(config);
    const second = await folder.tryToOpen(config);
    expect(second).toEqual({
      outcome: "locked",
      holder: expect.stringMatching(/^a daemon on .+, since \d{4}-\d\d-\d\dT/),
    });
    await folder.close(first);
    await folder.close(await folder.open(config));
  });

  test("is free again after a start that failed", async () => {
    const config = await folder.config();
    mkdirSync(folder.state.deadLetters, { recursive: true });
    await expect(folder.tryToOpen(config)).rejects.toThrow();
    rmSync(folder.state.deadLetters, { recursive: true });
    await folder.close(await folder.open(config));
  });
});

describe("all lanes", () => {
  test("deliver everything that is there, each on its own", async () => {
    folder.append(TODAY, requestLine(), "torn", requestLine({ path: "/health" }));
    const config = await folder.config({ sinks: { search: search() } });
    const daemon = await folder.open(config);
    await daemon.run("drain", new AbortController().signal);
    expect(
      daemon.lanes().map(({ name, type, fates }) => [name, type, fates.stored, fates.deadLetter]),
    ).toEqual([
      ["local", "store", 2, 1],
      ["search", "opensearch", 2, 1],
    ]);
    expect(server.documents.size).toBe(2);
    expect(daemon.lanes().map(({ deadLetters }) => deadLetters)).toEqual([1, 1]);
  });

  test("do not wait for one whose sink is down", async () => {
    folder.append(TODAY, requestLine());
    const down = search({ endpoints: ["http://127.0.0.1:1"] });
    const config = await folder.config({ sinks: { down, search: search() } });
    const daemon = await folder.open(config);
    const stop = new AbortController();
    const running = daemon.run("run", stop.signal);
    await waitUntil(
      () => laneOf(daemon, "search").fates.stored === 1 && laneOf(daemon, "local").fates.stored === 1,
      "the lanes that are well",
    );
    await waitUntil(() => laneOf(daemon, "down").lastError !== undefined, "the lane that is not");
    expect(laneOf(daemon, "down")).toMatchObject({ state: "retrying", inFlightLines: 1 });
    stop.abort();
    await running;
    expect(daemon.lanes().map(({ state }) => state)).toEqual(["stopped", "stopped", "stopped"]);
  });

  test("deliver what comes later with all notifications suppressed", async () => {
    const clock = new VirtualClock(Date.now());
    const daemon = await folder.open(await folder.config(), clock);
    const stop = new AbortController();
    const running = daemon.run("run", stop.signal);
    const stored = () => laneOf(daemon, "local").fates.stored;
    rmSync(folder.auditDirectory, { recursive: true });
    await clock.runUntil(() => daemon.folderProblem !== undefined, "the folder to be missed");
    mkdirSync(folder.auditDirectory);
    folder.append(TODAY, requestLine());
    await clock.runUntil(() => stored() === 1, "the first line");
    folder.append(TODAY, requestLine());
    await clock.runUntil(() => stored() === 2, "the second line");
    folder.append(TOMORROW, requestLine());
    await clock.runUntil(() => stored() === 3, "the line of the next day");
    appendFileSync(join(folder.auditDirectory, TOMORROW), requestLine());
    await clock.runUntil(
      () => laneOf(daemon, "local").files.some((file) => file.partialBytes > 0),
      "the rest",
    );
    folder.append(TOMORROW, "");
    await clock.runUntil(() => stored() === 4, "the line that was unfinished");
    stop.abort();
    await running;
    expect(daemon.folderProblem).toBeUndefined();
  });

  test("go on where the last daemon stopped", async () => {
    const config = await folder.config({ sinks: { search: search() } });
    folder.append(TODAY, requestLine());
    await folder.drain(config);
    folder.append(TODAY, requestLine());
    const daemon = await folder.open(config);
    await daemon.run("drain", new AbortController().signal);
    expect(daemon.lanes().map(({ linesRead }) => linesRead)).toEqual([1, 1]);
    expect(server.documents.size).toBe(2);
  });

  test("send nothing twice after the state folder was lost: the ids are the same", async () => {
    const config = await folder.config({ sinks: { search: search() } });
    folder.append(TODAY, requestLine(), requestLine());
    await folder.drain(config);
    rmSync(folder.state.path, { recursive: true });
    const daemon = await folder.open(config);
    await daemon.run("drain", new AbortController().signal);
    expect(server.documents.size).toBe(2);
    expect(laneOf(daemon, "search").fates).toMatchObject({ stored: 0, duplicate: 2 });
  });

  test("one that is added later begins with the oldest file", async () => {
    folder.append(TODAY, requestLine());
    folder.append(TOMORROW, requestLine());
    await folder.drain(await folder.config());
    await folder.drain(await folder.config({ sinks: { late: search() } }));
    expect(server.documents.size).toBe(2);
  });

  test("without the embedded store there is no lane for it", async () => {
    const daemon = await folder.open(
      await folder.config({ store: { enabled: false }, sinks: { search: search() } }),
    );
    expect(daemon.lanes().map(({ name }) => name)).toEqual(["search"]);
    expect(daemon.store).toBeUndefined();
    expect(daemon.usage()).toBeUndefined();
    expect(existsSync(folder.state.store)).toBe(false);
  });
});

describe("what a daemon shows", () => {
  test("is ready while nothing waits, and what it counted since the start", async () => {
    const usage = { type: "token_usage", llm_calls: 1, input_tokens: 10, output_tokens: 5, total_tokens: 15 };
    folder.append(TODAY, requestLine(usage));
    const daemon = await folder.open(await folder.config());
    expect(daemon.version).toBe("1.2.3");
    expect(daemon.readiness()).toEqual({ ready: true, reasons: [] });
    await daemon.run("drain", new AbortController().signal);
    expect(daemon.usage()?.tokens).toEqual([
      { category: "llm", direction: "input", count: 10 },
      { category: "llm", direction: "output", count: 5 },
    ]);
  });

  test("warns once that models are only assumed", async () => {
    await folder.drain(await folder.config());
    expect(folder.recorded.messages("warn")).toEqual([expect.stringMatching(/names no model/)]);
  });

  test("does not warn where they are configured", async () => {
    await folder.drain(await folder.config({ models: { llm: "a", embedding: "b" } }));
    expect(folder.recorded.messages("warn")).toEqual([]);
  });
});

describe("a stop", () => {
  test("waits for an answer that is under way, no longer than shutdown_timeout", async () => {
    folder.append(TODAY, requestLine());
    server.misbehave = ({ url }) => url.pathname.endsWith("/_bulk");
    const settings = { store: { enabled: false }, shutdown_timeout: "20ms", sinks: { search: search() } };
    const daemon = await folder.open(await folder.config(settings));
    const stop = new AbortController();
    const running = daemon.run("run", stop.signal);
    await waitUntil(() => server.requests.some(({ url }) => url.pathname.endsWith("/_bulk")), "the request");
    stop.abort();
    await running;
    expect(laneOf(daemon, "search")).toMatchObject({ state: "stopped", inFlightLines: 1 });
  });
});

describe("a reload", () => {
  test("takes over redaction and secrets for what comes next", async () => {
    const settings = (redact: object, password: string) => ({
      store: { enabled: false },
      redact,
      sinks: { search: search({ auth: { username: "u", password } }) },
    });
    const daemon = await folder.open(await folder.config(settings({}, "old")));
    await daemon.reload(await folder.config(settings({ ip: "drop" }, "new")));
    folder.append(TODAY, requestLine());
    await daemon.run("drain", new AbortController().signal);
    expect(JSON.stringify([...server.documents.values()])).not.toContain("127.0.0.1");
    const used = server.requests.map(({ headers }) => headers.authorization);
    expect(new Set(used)).toEqual(new Set([`Basic ${Buffer.from("u:new").toString("base64")}`]));
  });

  test("leaves sinks alone that are new or gone: they need a restart", async () => {
    const daemon = await folder.open(await folder.config({ sinks: { search: search() } }));
    await daemon.reload(await folder.config({ sinks: { other: search() } }));
    folder.append(TODAY, requestLine());
    await daemon.run("drain", new AbortController().signal);
    expect(daemon.lanes().map(({ name, fates }) => [name, fates.stored])).toEqual([
      ["local", 1],
      ["search", 1],
    ]);
  });

  test("leaves a sink alone that has another type now: its payloads are of the old one", async () => {
    const daemon = await folder.open(await folder.config({ sinks: { search: search() } }));
    const other = { type: "cloudwatch", region: "us-east-1", endpoint: "http://127.0.0.1:1" };
    await daemon.reload(await folder.config({ sinks: { search: other } }));
    folder.append(TODAY, requestLine());
    await daemon.run("drain", new AbortController().signal);
    expect(laneOf(daemon, "search").fates.stored).toBe(1);
  });

  test("is refused, and the sinks stay, if a file of tls is missing", async () => {
    const daemon = await folder.open(await folder.config({ sinks: { search: search() } }));
    const tls = { ca_file: join(folder.root, "missing.pem") };
    const config = await folder.config({ redact: { ip: "drop" }, sinks: { search: search({ tls }) } });
    await expect(daemon.reload(config)).rejects.toThrow(/^sinks\.search: tls\.ca_file: there is no file /);
    folder.append(TODAY, requestLine());
    await daemon.run("drain", new AbortController().signal);
    expect(laneOf(daemon, "search").fates.stored).toBe(1);
    expect(JSON.stringify([...server.documents.values()])).toContain("127.0.0.1");
  });

  test("takes over the token of the page", async () => {
    const daemon = await folder.open(await folder.config({ http: { enabled: false, token: "old" } }));
    expect(daemon.token).toBe("old");
    await daemon.reload(await folder.config({ http: { enabled: false, token: "new" } }));
    expect(daemon.token).toBe("new");
  });

  test("takes over budgets and their time zone", async () => {
    const daemon = await folder.open(await folder.config());
    expect(await daemon.budgets?.statuses()).toEqual([]);
    const budgets = [{ name: "everything", period: "day", amount_usd: "5" }];
    await daemon.reload(await folder.config({ budgets, time_zone: "Asia/Shanghai" }));
    expect(await daemon.budgets?.statuses()).toMatchObject([{ budget: "everything", spentPicousd: 0n }]);
    expect(daemon.budgets?.rules.zone.name).toBe("Asia/Shanghai");
  });
});

test("without the embedded store nothing is known of budgets", async () => {
  const settings = { store: { enabled: false }, sinks: { search: search() } };
  const daemon = await folder.open(await folder.config(settings));
  expect(daemon.budgets).toBeUndefined();
});

test("a busy destination is asked again until it takes everything", async () => {
  let answers = 0;
  server.misbehave = (request, response) => {
    if (!request.url.pathname.endsWith("/_bulk") || ++answers > 2) return false;
    reply(response, 429, { error: "busy" });
    return true;
  };
  folder.append(TODAY, requestLine());
  const sinks = { search: search({ retry: { initial: "1ms", max: "5ms" } }) };
  const daemon = await folder.open(await folder.config({ store: { enabled: false }, sinks }));
  await daemon.run("drain", new AbortController().signal);
  expect(laneOf(daemon, "search").fates.stored).toBe(1);
  expect(Object.values(laneOf(daemon, "search").retries)).toEqual([2]);
});
