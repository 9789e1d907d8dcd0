/**
 * Goal: with `drain_on_stop` a stopping daemon delivers what was written last; without it, it stops reading at once.
 * Method: whole daemons without notifications, on real folders; lines that come in the moment of the stop.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import { waitUntil } from "../../support/daemon.ts";
import { requestLine } from "../../support/documents.ts";
import { DaemonFolder } from "./daemon-folder.ts";

const TODAY = "audit-2026-04-03.jsonl";
const TOMORROW = "audit-2026-04-04.jsonl";

let folder: DaemonFolder;
beforeEach(() => {
  folder = new DaemonFolder();
  folder.append(TODAY, requestLine());
});
afterEach(() => folder.remove());

/** Stops a daemon that has delivered the first line, when more lines were just written; how many it delivered then. */
async function deliveredBy(settings: object): Promise<number | undefined> {
  const daemon = await folder.open(await folder.config(settings));
  const stored = () => daemon.lanes()[0]?.fates.stored;
  const stop = new AbortController();
  const running = daemon.run("run", stop.signal);
  await waitUntil(() => stored() === 1, "the first line");
  folder.append(TODAY, requestLine());
  folder.append(TOMORROW, ...Array.from({ length: 500 }, (_, number) => requestLine({ number })));
  stop.abort();
  await running;
  return stored();
}

test("it delivers all that is there, and only then ends", async () => {
  expect(await deliveredBy({ drain_on_stop: true })).toBe(502);
});

test("without it, the next start delivers the rest", async () => {
  expect(await deliveredBy({})).toBe(1);
});

test("a sink that is down does not keep it for longer than the deadline", async () => {
  const down = { type: "opensearch", endpoints: ["http://127.0.0.1:1"] };
  const settings = { drain_on_stop: true, shutdown_timeout: "50ms", sinks: { down } };
  expect(await deliveredBy(settings)).toBeGreaterThanOrEqual(1);
});
