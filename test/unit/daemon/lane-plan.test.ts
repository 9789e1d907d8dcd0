/**
 * Goal: the configuration's sinks, and the embedded store, become lanes with the settings that were asked for.
 * Method: configurations as text.
 */
import { expect, test } from "vitest";
import { createSink, examineTls, keepsRecords, planSinkLanes } from "../../../src/daemon/lane-plan.ts";
import { systemClock } from "../../../src/system/clock.ts";
import { configOf } from "../config/loading.ts";

const SEARCH = { type: "opensearch", endpoints: ["http://127.0.0.1:1"] };

function config(settings: object) {
  return configOf(JSON.stringify(settings));
}

test.each([
  ["as the only destination", {}, true],
  ["beside a sink", { sinks: { search: SEARCH } }, false],
  ["beside a sink, if it is asked for", { sinks: { search: SEARCH }, store: { records: true } }, true],
  ["as the only destination, unless it is not wanted", { store: { records: false } }, false],
])("the store keeps whole records %s: %j", async (_, settings, expected) => {
  expect(keepsRecords(await config(settings))).toBe(expected);
});

test("each sink is a lane of its name, in the order of the configuration, with its own pauses and limits", async () => {
  const lanes = await planSinkLanes(
    await config({
      sinks: {
        b: { ...SEARCH, retry: { initial: "2s", max: "1m" }, batch: { max_records: 10 }, max_in_flight: 5 },
        a: SEARCH,
      },
    }),
    systemClock,
    (_, committed) => committed,
  );
  expect(lanes.map(({ name, type, backoff }) => ({ name, type, backoff }))).toEqual([
    { name: "b", type: "opensearch", backoff: { initialMs: 2000, maxMs: 60_000 } },
    { name: "a", type: "opensearch", backoff: { initialMs: 500, maxMs: 30_000 } },
  ]);
  expect(lanes[0]?.sink.limits).toMatchObject({ recordsMax: 10, inFlightMax: 5 });
  for (const { sink } of lanes) await sink.close();
});

test("files of tls are examined, and the one that is of no use is named", async () => {
  await expect(examineTls(await config({ sinks: { search: SEARCH } }))).resolves.toBeUndefined();
  const tls = { key_file: "package.json" };
  const loaded = await config({ sinks: { search: SEARCH, other: { ...SEARCH, tls } } });
  await expect(examineTls(loaded)).rejects.toThrow(
    "sinks.other: tls.key_file: expected a PEM file, found something else in package.json",
  );
});

test("a sink of a type that does not exist is a mistake of the program", async () => {
  const loaded = await config({ sinks: { search: SEARCH } });
  const settings = { ...loaded.sinks["search"], type: "other" } as never;
  await expect(createSink("search", settings, loaded, systemClock)).rejects.toThrow("other");
});
