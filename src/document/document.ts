/** A line on its way to a sink: its bytes, what they mean, and what is added to them. */
import type { Cost } from "../cost/cost.ts";
import type { AuditRecord, RecordKind, Route } from "../record/record.ts";
import type { Generation } from "../tail/generation.ts";

/**
 * One line, parsed and enriched.
 *
 * A lane has a single one and overwrites it for each line, so whoever needs a value longer must copy it.
 */
export interface Document {
  readonly generation: Generation;
  /** Where the line starts in the file. */
  readonly offset: number;
  /** Holds the line; valid until the next line is read. */
  readonly bytes: Buffer;
  /** The line within `bytes`, without newline, trailing `\r` and byte order mark. */
  readonly lineStart: number;
  readonly lineEnd: number;
  /** The members as the service wrote them, after redaction. */
  readonly record: AuditRecord;
  readonly kind: RecordKind;
  readonly route: Route;
  /** `@timestamp`: an ISO 8601 date-time. */
  readonly timestamp: string;
  /** The same in Unix milliseconds. */
  readonly timestampMs: number;
  /** True where `timestamp` is a fall-back and `tags` says so. */
  readonly hasBadTimestamp: boolean;
  /** On usage records only. */
  readonly cost: Cost | undefined;
}
