/** What alerts remember over a restart: `alerts.json` in the state folder. */
import { z } from "zod";
import type { Files } from "../system/files.ts";
import { RULES } from "./alert.ts";
import { deadLetterMemorySchema } from "./dead-letters.ts";
import { alertMemorySchema } from "./memory.ts";
import { minuteCountsSchema } from "./minute-counts.ts";
import { notificationSchema } from "./notification.ts";

/** The file's name in the state folder. */
export const ALERTS_FILE = "alerts.json";

const VERSION = 1;

const ruleStatus = z.object({
  state: z.enum(["watching", "warming_up", "catching_up", "off"]),
  note: z.string(),
});

const waiting = z.object({
  /** What the channel still has to tell. */
  news: z.array(notificationSchema),
  /** Why it could not tell it; null: it did not fail. */
  problem: z.string().nullable(),
});

const schema = z.object({
  version: z.literal(VERSION),
  saved_ms: z.number(),
  /** When watching began: what the records before say is history. */
  since_ms: z.number(),
  /** True while old files are read into a new store: what holds by then is no news. */
  is_replay: z.boolean(),
  /** Up to where windows of the error rate were judged, and hours of the spikes. */
  windows_judged_ms: z.number(),
  hours_judged_ms: z.number(),
  minutes: minuteCountsSchema,
  dead_letters: deadLetterMemorySchema,
  memory: alertMemorySchema,
  /** What each rule did last. */
  rules: z.partialRecord(z.enum(RULES), ruleStatus),
  /** By name of the channel. */
  waiting: z.record(z.string(), waiting),
});

export type AlertState = z.output<typeof schema>;

/** The state of watching that begins now. */
export function newState(nowMs: number, isReplay: boolean): AlertState {
  return {
    version: VERSION,
    saved_ms: nowMs,
    since_ms: nowMs,
    is_replay: isReplay,
    windows_judged_ms: nowMs,
    hours_judged_ms: nowMs,
    minutes: [],
    dead_letters: {},
    memory: { alerts: [], resolved: [] },
    rules: {},
    waiting: {},
  };
}

/** The state at `path`, that there is none, or that it is of no use. Never rejects. */
export async function readAlertState(
  path: string,
  files: Pick<Files, "readWhole">,
): Promise<AlertState | "none" | "damaged"> {
  try {
    const content = await files.readWhole(path);
    return content === undefined ? "none" : schema.parse(JSON.parse(content.toString()));
  } catch {
    return "damaged";
  }
}

/** Replaces the state at `path`. Rejects if the file cannot be written. */
export async function writeAlertState(
  path: string,
  state: AlertState,
  files: Pick<Files, "replace">,
): Promise<void> {
  await files.replace(path, `${JSON.stringify(state)}\n`);
}
