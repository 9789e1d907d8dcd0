/**
 * Goal: a backlog lands in CloudWatch Logs completely and once, whatever happens on the way, though the service itself
 * keeps every copy that it gets.
 * Method: moto, and the strict double that shows its events late and in small pages, behind a proxy that fails; the built
 * daemon killed again and again (SIGKILL) while it delivers; at the end a comparison of all ids with those worked out from
 * the files.
 */
import { randomUUID } from "node:crypto";
import { afterAll, describe, it } from "vitest";
import {
  AWS_VARIABLES,
  type CloudWatchPlace,
  eventIds,
  placeOfDouble,
  placeOfMoto,
  REGION,
} from "../support/cloudwatch-place.ts";
import { FakeCloudWatch } from "../support/fake-cloudwatch.ts";
import { motoIfPossible } from "../support/servers/moto.ts";
import { SCALE } from "../torture/scale.ts";
import { type BacklogDestination, deliverBacklog } from "./backlog.ts";

const LAG_MS = 100;

const moto = await motoIfPossible();
const double = await FakeCloudWatch.start();
double.store.visibility = { afterMs: LAG_MS };
double.store.paging = { eventsMax: 2000, emptyPages: 1 };

const PLACES: readonly (readonly [string, CloudWatchPlace])[] = [
  ["the strict double", placeOfDouble(double)],
  ...(moto === undefined ? [] : ([["moto", placeOfMoto(moto.url)]] as const)),
];

afterAll(async () => {
  await moto?.stop();
  await double.down();
});

function destinationAt(place: CloudWatchPlace): BacklogDestination {
  const group = `/test/${randomUUID()}`;
  return {
    target: place.url,
    delivers: ({ headers }) => headers["x-amz-target"] === "Logs_20140328.PutLogEvents",
    throttling: { status: 400, body: '{"__type":"ThrottlingException","message":"Rate exceeded"}' },
    variables: AWS_VARIABLES,
    sink: (endpoint) => ({
      type: "cloudwatch",
      region: REGION,
      endpoint,
      log_group: group,
      batch: { max_records: 150, max_bytes: "256KiB", max_wait: "200ms" },
      read_back: { interval: `${2 * LAG_MS}ms`, max: "10s" },
    }),
    ids: async () => eventIds(await place.messages(group)),
  };
}

describe.each(PLACES)("into %s", (_, place) => {
  it("lands completely and once", () => deliverBacklog(destinationAt(place)), SCALE.testTimeoutMs);
});
