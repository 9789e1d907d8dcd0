/** What the store keeps of a line: the members that people ask for, as columns. */
import type { Cost } from "../cost/cost.ts";
import type { Document } from "../document/document.ts";
import type { AuditRecord, RecordKind, RouteGroup } from "../record/record.ts";

/**
 * One line, on its way into the store. Texts hold no NUL (the engine would cut them there) and at most
 * `KEY_TEXT_CHARACTERS_MAX` characters; numbers are finite; null means absent.
 */
export interface StoreRow {
  /** Where the line starts in its file. */
  readonly offset: number;
  /** `@timestamp` in Unix milliseconds. */
  readonly timestampMs: number;
  readonly kind: RecordKind;
  readonly routeGroup: RouteGroup;
  readonly urlTemplate: string | null;
  /** The record's own path, ids and all. */
  readonly path: string | null;
  readonly method: string | null;
  /** HTTP status, an integer. */
  readonly status: number | null;
  /** Milliseconds: how long a request took, or the calls that a usage record counts. */
  readonly elapsedMs: number | null;
  readonly agentId: string | null;
  readonly userId: string | null;
  readonly organizationId: string | null;
  readonly team: string | null;
  readonly apiKeyHash: string | null;
  readonly apiKeyAlias: string | null;
  readonly cost: Cost | undefined;
  /** The line after redaction, without newline. */
  readonly line: Buffer;
}

/** Longer texts are cut to this, in UTF-16 units: a hostile name must not fill the tables of distinct values. */
export const KEY_TEXT_CHARACTERS_MAX = 256;

/** `value` as it may stand in a key column; null if it is no text. A cut is marked by an ellipsis. */
export function keyText(value: unknown): string | null {
  if (typeof value !== "string") return null;
  const text =
    value.length > KEY_TEXT_CHARACTERS_MAX ? `${value.slice(0, KEY_TEXT_CHARACTERS_MAX - 1)}…` : value;
  return text.includes("\0") ? text.replaceAll("\0", "\ufffd") : text;
}

/** `value` if it is a finite number, else null. */
export function finiteNumber(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/** `value` if it looks like an HTTP status, an integer of at most nine digits, else null. */
export function statusNumber(value: unknown): number | null {
  return typeof value === "number" && Number.isInteger(value) && Math.abs(value) < 1e9 ? value : null;
}

/** How long it took, in milliseconds. Usage records have `latency_ms`, or seconds where that is the measure of the work. */
function elapsedMsOf(record: AuditRecord, kind: RecordKind): number | null {
  const elapsedMs = record["elapsed_ms"];
  if (elapsedMs !== undefined || kind === "request") return finiteNumber(elapsedMs);
  const { latency_ms, duration_seconds } = record;
  if (latency_ms === undefined && duration_seconds === undefined) return null;
  const seconds = finiteNumber(duration_seconds);
  return finiteNumber(latency_ms) ?? (seconds === null ? null : finiteNumber(seconds * 1000));
}

/** The row of a document; nothing in it changes when the document is overwritten. */
export function rowOf(document: Document): StoreRow {
  const { record, route } = document;
  const attributed = document.attributed?.members;
  const { bytes, lineStart, lineEnd } = document;
  return {
    offset: document.offset,
    timestampMs: document.timestampMs,
    kind: document.kind,
    routeGroup: route.group,
    urlTemplate: keyText(route.template),
    path: keyText(record["path"]),
    method: keyText(record["method"]),
    status: statusNumber(record["status"]),
    elapsedMs: elapsedMsOf(record, document.kind),
    agentId: keyText(record["agent_id"]),
    userId: keyText(record["user_id"]),
    organizationId: keyText(record["organization_id"] ?? attributed?.organization_id),
    team: keyText(record["team"] ?? attributed?.team),
    apiKeyHash: keyText(record["api_key_hash"]),
    apiKeyAlias: keyText(record["api_key_alias"] ?? attributed?.api_key_alias),
    cost: document.cost,
    line: document.isVerbatim
      ? Buffer.from(bytes.subarray(lineStart, lineEnd))
      : Buffer.from(JSON.stringify(record)),
  };
}
