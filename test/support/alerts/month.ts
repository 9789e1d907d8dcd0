/** A month of a service's life, the same for the same seed: quiet nights, busy days, one request of a hundred fails. */
import type { StoreRow } from "../../../src/store/row.ts";
import type { Random } from "../../../src/system/random.ts";
import { cost, requestRow, usageRow } from "../../unit/store/sample-rows.ts";
import { MINUTE_MS } from "./watched-service.ts";

const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Requests of a minute by the hour of the day: two at night, eight at noon. */
function pace(atMs: number): number {
  const hour = (atMs % DAY_MS) / HOUR_MS;
  return 5 - 3 * Math.cos((hour / 24) * 2 * Math.PI);
}

/** What goes wrong, between two moments. */
export interface Plant {
  readonly fromMs: number;
  readonly untilMs: number;
  /** So many times the usual requests, searches all of them. */
  readonly requests?: number;
  /** So many times the usual cost. */
  readonly cost?: number;
  /** Part of the requests that fail. */
  readonly errors?: number;
  /** A model that every tenth usage record names, and that has no price. */
  readonly model?: string;
}

/** US dollars of one usage record, in pico-dollars: about $0.25 an hour at noon. */
const RECORD_PICOUSD = 5_000_000_000n;

/** The lines of one minute. */
export function minuteOf(startMs: number, plants: readonly Plant[], random: Random): StoreRow[] {
  const plant = plants.find(({ fromMs, untilMs }) => startMs >= fromMs && startMs < untilMs);
  const rows: StoreRow[] = [];
  const moment = () => startMs + Math.floor(random.next() * MINUTE_MS);
  const failing = plant?.errors ?? 0.01;
  const count = Math.floor(
    pace(startMs) * (plant?.requests ?? 1) * (0.6 + 0.8 * random.next()) + random.next(),
  );
  for (let index = 0; index < count; index += 1) {
    const status = random.next() < failing ? (random.next() < 0.5 ? 429 : 500) : 200;
    const isSearch = plant?.requests !== undefined || random.next() < 0.9;
    rows.push(
      requestRow({ timestampMs: moment(), status, routeGroup: isSearch ? "memory_search" : "memory_create" }),
    );
    if (!isSearch) rows.push(usageOf(moment(), plant, random));
  }
  return rows;
}

function usageOf(timestampMs: number, plant: Plant | undefined, random: Random): StoreRow {
  if (plant?.model !== undefined && random.next() < 0.3) {
    const unknown = { inputPicousd: undefined, outputPicousd: undefined, totalPicousd: undefined };
    const changes = {
      model: plant.model,
      modelSource: "record",
      status: "unpriced",
      priceId: undefined,
    } as const;
    return usageRow({ timestampMs }, { ...changes, ...unknown });
  }
  const totalPicousd =
    (RECORD_PICOUSD * BigInt(Math.round(10 * (plant?.cost ?? 1) * (0.5 + random.next())))) / 10n;
  return usageRow({ timestampMs, cost: cost({ totalPicousd }) });
}
