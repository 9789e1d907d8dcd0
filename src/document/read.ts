/** The lines of a block → documents, or the reasons why they are none. */
import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import type { Cost } from "../cost/cost.ts";
import type { EmbeddingEstimates } from "../cost/embedding-estimate.ts";
import type { Pricing } from "../cost/pricing.ts";
import { API_KEY, isNoKey } from "../record/api-key.ts";
import type { Attributed, Attribution } from "../record/attribution.ts";
import { LAYOUT_MEMBERS, readKnownLine } from "../record/known-layout.ts";
import { type AuditRecord, kindOf, RETRIEVAL_EVENT, type RecordKind, type Route } from "../record/record.ts";
import type { Redaction } from "../record/redaction.ts";
import { isReservedName } from "../record/reserved.ts";
import { routeOf } from "../record/route.ts";
import { KnownDay, parseTimestampMs } from "../record/timestamp.ts";
import { type Block, KEPT_HEAD_BYTES, LINE_BYTES_MAX } from "../tail/block.ts";
import type { Generation } from "../tail/generation.ts";
import { Body, type BodyRules } from "./body.ts";
import type { BrokenLine } from "./broken-line.ts";
import type { Document } from "./document.ts";
import { OffsetText } from "./offset-text.ts";

/** Replaceable while the daemon runs (SIGHUP). */
export interface DocumentRules {
  readonly redaction: Redaction;
  readonly pricing: Pricing;
  /** Undefined: only usage records have a cost. */
  readonly estimates?: EmbeddingEstimates | undefined;
  /** Undefined: nothing is known of anybody. */
  readonly attribution?: Attribution | undefined;
  /** Told each time that an API key was left out, since there is nothing to hash it with. */
  readonly onDroppedKey?: (() => void) | undefined;
  /** Without them the private part of retrieval details is nowhere. */
  readonly bodies?: BodyRules | undefined;
}

export type ReadResult = "document" | "blank" | BrokenLine;

const BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf"; // EF BB BF as latin1
const NEWLINE = "\n";

/** So many levels are safe for the stack of `JSON.stringify`, and no more are read by Jackson, so by search servers. */
const NESTING_MAX = 1000;

/** `@timestamp` where no line before had a valid one: the start of the file's day, else of the epoch. */
export function timestampFallback(generation: Generation): string {
  return `${generation.day ?? "1970-01-01"}T00:00:00Z`;
}

/** The one document of a lane, overwritten for each line. */
class CurrentDocument implements Document {
  generation: Generation;
  bytes: Buffer;
  text = "";
  offset = 0;
  offsetText = "0";
  lineStart = 0;
  lineEnd = 0;
  isVerbatim = true;
  canSplice = true;
  kind: RecordKind = "unknown";
  route: Route = routeOf(undefined, undefined);
  timestamp = "";
  hasBadTimestamp = false;
  cost: Cost | undefined;
  attributed: Attributed | undefined;
  body: Body | undefined;
  knownRecord: AuditRecord | undefined;

  constructor(block: Block) {
    this.generation = block.generation;
    this.bytes = block.bytes;
  }

  get record(): AuditRecord {
    this.knownRecord ??= JSON.parse(this.bytes.toString("utf8", this.lineStart, this.lineEnd)) as AuditRecord;
    return this.knownRecord;
  }

  get timestampMs(): number {
    return parseTimestampMs(this.timestamp) ?? 0;
  }
}

/**
 * Reads one block, line by line: `read()` looks at the line at hand and may be called again for it,
 * `advance()` goes on to the next.
 */
export class DocumentReader {
  readonly #current: CurrentDocument;
  readonly #rules: DocumentRules;
  readonly #blockOffset: number;
  readonly #knowsLayouts: boolean;
  readonly #days = new KnownDay();
  readonly #offsetText = new OffsetText();
  #lineStart = 0;
  #nextStart = 0;
  #lastTimestamp: string | undefined;

  /** @param lastTimestamp the last valid `ts` of the file before this block */
  constructor(block: Block, lastTimestamp: string | undefined, rules: DocumentRules) {
    const bytes = block.bytes.subarray(block.start, block.end);
    this.#current = new CurrentDocument({ ...block, bytes });
    this.#current.text = bytes.toString("latin1");
    this.#blockOffset = block.offset;
    this.#lastTimestamp = lastTimestamp;
    this.#rules = rules;
    this.#knowsLayouts = isUtf8(bytes) && !rules.redaction.touchesAny(LAYOUT_MEMBERS);
  }

  /** The line at hand, after `read()` returned `document`. */
  get document(): Document {
    return this.#current;
  }

  /** False once all lines were passed by `advance()`. */
  get hasLine(): boolean {
    return this.#lineStart < this.#current.text.length;
  }

  /** Where the line at hand starts in the file. */
  get offset(): number {
    return this.#blockOffset + this.#lineStart;
  }

  /** Where it starts in the block. */
  get offsetInBlock(): number {
    return this.#lineStart;
  }

  /** The last valid `ts` before the line at hand. A copy: a part of the block's text would keep all of it in memory. */
  get lastTimestamp(): string | undefined {
    return this.#lastTimestamp === undefined ? undefined : copyOfText(this.#lastTimestamp);
  }

  read(): ReadResult {
    const document = this.#current;
    document.offset = this.offset;
    document.offsetText = this.#offsetText.of(document.offset);
    return (this.#knowsLayouts && this.#readKnownLayout(document)) || this.#readAnyLine(document);
  }

  /** Passes the line that `read()` saw. */
  advance(wasDocument: boolean): void {
    if (wasDocument && !this.#current.hasBadTimestamp) this.#lastTimestamp = this.#current.timestamp;
    this.#lineStart = this.#nextStart;
  }

  #readKnownLayout(document: CurrentDocument): "document" | undefined {
    const start = this.#lineStart;
    const line = readKnownLine(document.text, start);
    if (line === undefined || line.nextStart - start > LINE_BYTES_MAX || !this.#days.has(line.timestamp))
      return undefined;
    this.#nextStart = line.nextStart;
    document.lineStart = start;
    document.lineEnd = line.nextStart - NEWLINE.length;
    document.isVerbatim = true;
    document.canSplice = true;
    document.knownRecord = line.record;
    document.timestamp = line.timestamp;
    document.hasBadTimestamp = false;
    document.kind = line.kind;
    document.route = routeOf(line.method, line.path);
    document.cost = this.#costOf(document);
    document.attributed = this.#rules.attribution?.of(document.record, document.record);
    document.body = undefined;
    return "document";
  }

  #readAnyLine(document: CurrentDocument): ReadResult {
    const { text } = document;
    const newline = text.indexOf(NEWLINE, this.#lineStart);
    const start = text.startsWith(BYTE_ORDER_MARK, this.#lineStart) ? this.#lineStart + 3 : this.#lineStart;
    const end = newline > start && text[newline - 1] === "\r" ? newline - 1 : newline;
    this.#nextStart = newline + NEWLINE.length;
    document.lineStart = start;
    document.lineEnd = end;
    if (newline - this.#lineStart > LINE_BYTES_MAX)
      return this.#broken("line_too_long", `longer than ${LINE_BYTES_MAX} bytes`);

    const line = document.bytes.subarray(start, end);
    const isValidUtf8 = isUtf8(line);
    const parsed = parseJson(line.toString("utf8"));
    if (parsed === undefined)
      return isBlank(text, start, end)
        ? "blank"
        : this.#broken("not_json", "not valid JSON: torn, interleaved or not by the service");
    if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed))
      return this.#broken("not_an_object", "valid JSON, but not an object");

    const record = parsed as AuditRecord;
    document.kind = kindOf(record);
    const redacted = redact(record, this.#rules.redaction);
    if (redacted === undefined) return this.#broken("not_json", "nested too deeply");
    document.knownRecord = redacted;
    document.isVerbatim = isValidUtf8 && redacted === record;
    document.canSplice = document.isVerbatim && isSpliceable(record, text, start, end);
    // Each level takes two bytes.
    if (!document.canSplice && end - start > 2 * NESTING_MAX && nestsDeeper(record, NESTING_MAX))
      return this.#broken("not_json", "nested too deeply");
    this.#setTimestamp(document, record["ts"]);
    document.route = routeOf(record["method"], record["path"]);
    document.cost = this.#costOf(document, record);
    document.attributed = this.#rules.attribution?.of(record, redacted);
    if (API_KEY in record) this.#noteDroppedKey(record);
    document.body = this.#bodyOf(document, record);
    return "document";
  }

  #noteDroppedKey(record: AuditRecord): void {
    if (!this.#rules.redaction.hashesKeys && !isNoKey(record[API_KEY])) this.#rules.onDroppedKey?.();
  }

  #setTimestamp(document: CurrentDocument, ts: unknown): void {
    document.hasBadTimestamp = parseTimestampMs(ts) === undefined;
    document.timestamp = document.hasBadTimestamp ? this.#timestampBefore() : (ts as string);
  }

  #timestampBefore(): string {
    return this.#lastTimestamp ?? timestampFallback(this.#current.generation);
  }

  /** @param record before redaction, which may take away what an estimate goes by */
  #costOf(document: CurrentDocument, record?: AuditRecord): Cost | undefined {
    const { pricing, estimates } = this.#rules;
    const { kind, route, timestamp } = document;
    if (kind === "token_usage" || kind === "embedding_usage")
      return pricing.costOf(document.record, kind, timestamp);
    if (estimates === undefined) return undefined;
    return estimates.costOf(record === undefined ? document : { kind, route, timestamp, record }, pricing);
  }

  #bodyOf(document: CurrentDocument, record: AuditRecord): Body | undefined {
    const { bodies } = this.#rules;
    if (bodies === undefined || document.kind !== RETRIEVAL_EVENT) return undefined;
    const { generation, offset, timestamp, timestampMs } = document;
    return new Body({ generation, offset, timestamp, timestampMs, record }, bodies);
  }

  #broken(type: BrokenLine["type"], reason: string): BrokenLine {
    const line = this.#current.bytes.subarray(this.#lineStart, this.#nextStart - NEWLINE.length);
    return {
      offset: this.offset,
      head: Buffer.from(line.subarray(0, KEPT_HEAD_BYTES)),
      lengthBytes: line.length,
      sha256: createHash("sha256").update(line).digest("hex"),
      type,
      reason,
      timestamp: this.#timestampBefore(),
    };
  }
}

/** @param text of characters up to U+00FF */
function copyOfText(text: string): string {
  return Buffer.from(text, "latin1").toString("latin1");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Undefined if the record is nested so deeply that nobody can tell what is private in it. */
function redact(record: AuditRecord, redaction: Redaction): AuditRecord | undefined {
  try {
    return redaction.apply(record);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** True if more than `levels` objects and arrays stand within each other. */
function nestsDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((member) => nestsDeeper(member, levels - 1));
}

function isBlank(text: string, start: number, end: number): boolean {
  return /^[ \t\r]*$/.test(text.substring(start, end));
}

/** Our members can follow the line's own if it ends with the brace, has members, and none of its names is ours. */
function isSpliceable(record: AuditRecord, text: string, start: number, end: number): boolean {
  if (text[start] !== "{" || text[end - 1] !== "}") return false;
  let members = 0;
  for (const name in record) {
    if (isReservedName(name)) return false;
    members++;
  }
  return members > 0;
}
