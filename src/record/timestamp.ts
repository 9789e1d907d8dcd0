/** The `ts` of a record: which texts are a time, and which time they are. */

/**
 * ISO 8601 as `strict_date_optional_time` of OpenSearch and Elasticsearch takes it, seconds and zone optional
 * (no zone: UTC). The day of the month is checked apart.
 */
const TIMESTAMP =
  /^(\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))T((?:[01]\d|2[0-3]):[0-5]\d)(?::([0-5]\d(?:\.\d{1,9})?))?(?:Z|([+-])(0\d|1[0-8]):?([0-5]\d))?$/;

const MINUTE_MS = 60_000;

/** Midnight UTC of `YYYY-MM-DD` in Unix milliseconds; undefined if there is no such day. */
export function dayStartMs(day: string): number | undefined {
  const ms = Date.parse(day);
  // 31 February is taken as 3 March.
  return new Date(ms).getUTCDate() === Number(day.slice(8)) ? ms : undefined;
}

/** The Unix milliseconds of an ISO 8601 date-time; undefined if `text` is none. Fractions of a millisecond are cut off. */
export function parseTimestampMs(text: unknown): number | undefined {
  const match = typeof text === "string" ? TIMESTAMP.exec(text) : null;
  if (match === null) return undefined;
  const [, day = "", hourMinute = "", seconds = "0", sign, zoneHours = "0", zoneMinutes = "0"] = match;
  const startMs = dayStartMs(day);
  if (startMs === undefined) return undefined;
  const minutes = Number(hourMinute.slice(0, 2)) * 60 + Number(hourMinute.slice(3));
  const zone = (Number(zoneHours) * 60 + Number(zoneMinutes)) * (sign === "-" ? -1 : 1);
  return startMs + (minutes - zone) * MINUTE_MS + Math.floor(Number(seconds) * 1000 + 1e-6);
}

/** Says whether days exist; daily files ask for the same day a million times, so it remembers the last. */
export class KnownDay {
  #day = "none";

  /** True if `timestamp`, which starts with a well-formed date, names a day of the calendar. */
  has(timestamp: string): boolean {
    if (timestamp.startsWith(this.#day)) return true;
    const day = timestamp.slice(0, 10);
    if (dayStartMs(day) === undefined) return false;
    this.#day = day;
    return true;
  }
}

/** The UTC day of a moment in Unix milliseconds: `YYYY-MM-DD`. A year below 0000 or above 9999 has a sign and six digits. */
export function utcDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, -"T00:00:00.000Z".length);
}
