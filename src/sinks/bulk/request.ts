/**
 * Documents → the body of one bulk request, written straight into one buffer.
 *
 *     {"create":{"_id":"<generation>-<offset>"}}
 *     {"ts": …}
 *
 * `create` never overwrites: a line that is sent again is answered by 409. The index stands in the URL, since
 * one file belongs to one index; only a document of another index names it in its action line. This is the
 * hot path: a document leaves no object behind, only numbers in typed arrays.
 */
import type { PayloadBuilder } from "../../batch/batch.ts";
import type { Document } from "../../document/document.ts";
import type { DocumentWriter } from "../../document/write.ts";
import { asciiJson } from "../../record/ascii-json.ts";
import { documentId, type Generation } from "../../tail/generation.ts";
import type { DeliveryLimits } from "../sink.ts";
import type { BufferPool } from "./buffer-pool.ts";
import type { IndexName } from "./index-name.ts";
import { BulkPayload } from "./payload.ts";

const DAY_MS = 86_400_000;
const ROWS_AT_FIRST = 256;

/** Documents are joined to texts of about this length before they are written: one call for many documents. */
const TEXT_LENGTH = 32 * 1024;

export class BulkPayloadBuilder implements PayloadBuilder {
  readonly #writer: Pick<DocumentWriter, "json">;
  readonly #indexName: IndexName;
  readonly #limits: Pick<DeliveryLimits, "recordsMax" | "bytesMax">;
  readonly #pool: BufferPool;

  #buffer: Buffer | undefined;
  /** What of the body stands in the buffer; the rest, up to `#bytes`, is `#text`. */
  #written = 0;
  #text = "";
  #bytes = 0;
  #count = 0;
  #offsets = new Float64Array(ROWS_AT_FIRST);
  #actionStarts = new Uint32Array(ROWS_AT_FIRST);
  #jsonStarts = new Uint32Array(ROWS_AT_FIRST);
  #lineLengths = new Uint32Array(ROWS_AT_FIRST);
  #otherLines = new Map<number, Buffer>();

  /** The index of the payload that is being built. */
  #index = "";
  #generation: Generation | undefined;
  /** The action line up to the offset, for this generation. */
  #actionHead = "";

  constructor(
    writer: Pick<DocumentWriter, "json">,
    indexName: IndexName,
    limits: Pick<DeliveryLimits, "recordsMax" | "bytesMax">,
    pool: BufferPool,
  ) {
    this.#writer = writer;
    this.#indexName = indexName;
    this.#limits = limits;
    this.#pool = pool;
  }

  get count(): number {
    return this.#count;
  }

  get bytes(): number {
    return this.#bytes;
  }

  add(document: Document): boolean {
    if (this.#count >= this.#limits.recordsMax) return false;
    const action = this.#action(document);
    const json = this.#writer.json(document);
    // One character is one byte, so the lengths are sizes.
    const end = this.#bytes + action.length + json.length + 1;
    if (this.#count > 0 && end > this.#limits.bytesMax) return false;

    this.#text += `${action}${json}\n`;
    this.#addRow(document, this.#bytes + action.length);
    this.#bytes = end;
    if (this.#text.length >= TEXT_LENGTH) this.#write();
    return true;
  }

  take(): BulkPayload | undefined {
    if (this.#count === 0) return undefined;
    const table = {
      offsets: this.#offsets.slice(0, this.#count),
      actionStarts: this.#actionStarts.slice(0, this.#count),
      jsonStarts: this.#jsonStarts.slice(0, this.#count),
      lineLengths: this.#lineLengths.slice(0, this.#count),
      otherLines: this.#otherLines,
    };
    const payload = new BulkPayload(this.#index, this.#write(), this.#bytes, table, this.#pool);
    this.#buffer = undefined;
    this.#written = 0;
    this.#bytes = 0;
    this.#count = 0;
    if (this.#otherLines.size > 0) this.#otherLines = new Map();
    return payload;
  }

  /** Brings the joined text into the buffer, one character one byte. */
  #write(): Buffer {
    this.#buffer ??= this.#pool.take(this.#bytes);
    this.#buffer.write(this.#text, this.#written, "latin1");
    this.#written = this.#bytes;
    this.#text = "";
    return this.#buffer;
  }

  #action(document: Document): string {
    const { generation } = document;
    if (generation.day === undefined) return this.#actionWithoutDay(document);
    if (this.#generation !== generation) {
      this.#generation = generation;
      this.#actionHead = `{"create":{"_id":"${documentId(generation, 0).slice(0, -1)}`;
    }
    if (this.#count === 0) this.#index = this.#indexName.forDay(generation.day);
    return `${this.#actionHead}${document.offsetText}"}}\n`;
  }

  /** For a file without a day in its name: each record goes by its own UTC day. */
  #actionWithoutDay(document: Document): string {
    const index = this.#indexName.forDay(utcDay(document.timestampMs));
    if (this.#count === 0) this.#index = index;
    const where = index === this.#index ? "" : `"_index":${asciiJson(index)},`;
    return `{"create":{${where}"_id":"${documentId(document.generation, document.offset)}"}}\n`;
  }

  #addRow(document: Document, jsonStart: number): void {
    const row = this.#count;
    if (row === this.#offsets.length) this.#grow();
    this.#offsets[row] = document.offset;
    this.#actionStarts[row] = this.#bytes;
    this.#jsonStarts[row] = jsonStart;
    this.#lineLengths[row] = document.canSplice ? document.lineEnd - document.lineStart : 0;
    if (document.isVerbatim && !document.canSplice) {
      this.#otherLines.set(
        document.offset,
        Buffer.from(document.bytes.subarray(document.lineStart, document.lineEnd)),
      );
    }
    this.#count = row + 1;
  }

  #grow(): void {
    const rows = this.#offsets.length * 2;
    this.#offsets = grown(new Float64Array(rows), this.#offsets);
    this.#actionStarts = grown(new Uint32Array(rows), this.#actionStarts);
    this.#jsonStarts = grown(new Uint32Array(rows), this.#jsonStarts);
    this.#lineLengths = grown(new Uint32Array(rows), this.#lineLengths);
  }
}

function grown<Column extends Float64Array | Uint32Array>(larger: Column, present: Column): Column {
  larger.set(present);
  return larger;
}

function utcDay(ms: number): string {
  return new Date(Math.floor(ms / DAY_MS) * DAY_MS).toISOString().slice(0, -14);
}
