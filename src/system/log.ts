/** The daemon's own log: JSON lines on stderr by pino, synchronous so that no line is lost at exit. */
import { destination, type Logger, pino } from "pino";

/** What the program needs of a log. Never pass contents of audit lines, queries or secrets. */
export type Log = Pick<Logger, "debug" | "info" | "warn" | "error">;

export const LOG_LEVELS = ["debug", "info", "warn", "error", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Opens the log on standard error. */
export function openLog(level: LogLevel): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination({ fd: 2, sync: true }),
  );
}

/** A log that says nothing. */
export const silentLog: Log = pino({ level: "silent" });
