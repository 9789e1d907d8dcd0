/** Moments as people read them on the page. */
import type { TimeZone } from "../../usage/time-zone.ts";

/** `2026-11-21 09:34:55` in the zone, UTC if there is none; the text itself if it is no moment. */
export function formatMoment(text: string, zone: TimeZone | undefined): string {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) return text;
  const localMs = ms + (zone?.offsetMs(ms) ?? 0);
  return new Date(localMs).toISOString().slice(0, 19).replace("T", " ");
}
