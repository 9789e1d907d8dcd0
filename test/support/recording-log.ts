/** A log that remembers what was said. */
import type { Log } from "../../src/system/log.ts";

export interface LogEntry {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

export class RecordingLog {
  readonly entries: LogEntry[] = [];
  readonly log: Log;

  constructor() {
    const at =
      (level: LogEntry["level"]) =>
      (fields: unknown, message?: unknown): void => {
        this.entries.push({ level, fields: fields as LogEntry["fields"], message: String(message) });
      };
    this.log = { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") } as Log;
  }

  /** The messages of one level. */
  messages(level: LogEntry["level"]): string[] {
    return this.entries.filter((entry) => entry.level === level).map(({ message }) => message);
  }
}
