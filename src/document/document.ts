/** A line on its way to a sink: its bytes, what they mean, and what is added to them. */
import type { Cost } from "../cost/cost.ts";
import type { Attributed } from "../record/attribution.ts";
import type { AuditRecord, RecordKind, Route } from "../record/record.ts";
import type { Generation } from "../tail/generation.ts";
import type { Body } from "./body.ts";

/**
 * One line, parsed and enriched.
 *
 * A lane has a single one and overwrites it for each line, so whoever needs a value longer must copy it.
 */
export interface Document {
  readonly generation: Generation;
  /** Where the line starts in the file. */
  readonly offset: number;
  /** The same in decimal digits: part of the id and of the source position. */
  readonly offsetText: string;
  /** Holds the line in `[lineStart, lineEnd)`, without newline, trailing `\r` and byte order mark. */
  readonly bytes: Buffer;
  /** The same as latin1: one character is one byte, so positions are the same, and bytes ≥ 0x80 survive. */
  readonly text: string;
  readonly lineStart: number;
  readonly lineEnd: number;
  /** True if these bytes may leave as they are: no redaction rule applies, and they are valid UTF-8. */
  readonly isVerbatim: boolean;
  /** True if our members can be appended to the bytes: verbatim, and no name of the line clashes with one of ours. */
  readonly canSplice: boolean;
  /** The members after redaction; parsed when first asked for. */
  readonly record: AuditRecord;
  readonly kind: RecordKind;
  readonly route: Route;
  /** `@timestamp`: an ISO 8601 date-time. */
  readonly timestamp: string;
  /** The same in Unix milliseconds; computed when asked for. */
  readonly timestampMs: number;
  /** True where `timestamp` is a fall-back and `tags` says so. */
  readonly hasBadTimestamp: boolean;
  /** On usage records only. */
  readonly cost: Cost | undefined;
  /** On retrieval details only, and only if bodies are kept apart. It stays valid. */
  readonly body: Body | undefined;
  /** What the configuration says of whoever made it, beside what the line says itself. */
  readonly attributed: Attributed | undefined;
}
