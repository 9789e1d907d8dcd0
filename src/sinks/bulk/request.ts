/**
 * Documents → the body of one bulk request, written straight into one buffer.
 *
 *     {"create":{"_id":"<generation>-<offset>"}}
 *     {"ts": …}
 *
 * `create` never overwrites: a line that is sent again is answered by 409. Where the server takes no id of ours, the
 * action is `{"create":{}}` and the document carries its id. The index stands in the URL, since
 * one file belongs to one index; only a document of another index names it in its action line. This is the
 * hot path: a document leaves no object behind, only numbers in typed arrays.
 */
import type { PayloadBuilder } from "../../batch/batch.ts";
import type { Document } from "../../document/document.ts";
import type { DocumentWriter } from "../../document/write.ts";
import { asciiJson } from "../../record/ascii-json.ts";
import { utcDay } from "../../record/timestamp.ts";
import { documentId, type Generation } from "../../tail/generation.ts";
import type { DeliveryLimits } from "../sink.ts";
import type { BufferPool } from "./buffer-pool.ts";
import type { DocumentTable } from "./document-table.ts";
import type { IndexName } from "./index-name.ts";
import { BulkPayload } from "./payload.ts";

const ACTION_WITHOUT_ID = '{"create":{}}\n';

/** Documents are joined to texts of about this length before they are written: one call for many documents. */
const TEXT_LENGTH = 8 * 1024;

export class BulkPayloadBuilder implements PayloadBuilder {
  readonly #writer: Pick<DocumentWriter, "json">;
  readonly #indexName: IndexName;
  readonly #documentIds: boolean;
  readonly #limits: Pick<DeliveryLimits, "recordsMax" | "bytesMax">;
  readonly #pool: BufferPool;

  #buffer: Buffer | undefined;
  /** What of the body stands in the buffer; the rest, up to `#bytes`, is `#text`. */
  #written = 0;
  #text = "";
  #bytes = 0;
  #count = 0;
  #table: DocumentTable;

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
    documentIds = true,
  ) {
    this.#writer = writer;
    this.#indexName = indexName;
    this.#documentIds = documentIds;
    this.#limits = limits;
    this.#pool = pool;
    this.#table = pool.takeTable();
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
    const payload = new BulkPayload(
      this.#index,
      this.#write(),
      this.#bytes,
      this.#table,
      this.#count,
      this.#pool,
    );
    this.#table = this.#pool.takeTable();
    this.#buffer = undefined;
    this.#written = 0;
    this.#bytes = 0;
    this.#count = 0;
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
    if (!this.#documentIds) return ACTION_WITHOUT_ID;
    return `${this.#actionHead}${document.offsetText}"}}\n`;
  }

  /** For a file without a day in its name: each record goes by its own UTC day. */
  #actionWithoutDay(document: Document): string {
    const index = this.#indexName.forDay(utcDay(document.timestampMs));
    if (this.#count === 0) this.#index = index;
    const where = index === this.#index ? "" : `"_index":${asciiJson(index)}`;
    const id = this.#documentIds ? `"_id":"${documentId(document.generation, document.offset)}"` : "";
    return `{"create":{${where}${where && id && ","}${id}}}\n`;
  }

  #addRow(document: Document, jsonStart: number): void {
    const row = this.#count;
    const table = this.#table;
    if (row === table.rows) table.grow();
    table.offsets[row] = document.offset;
    table.actionStarts[row] = this.#bytes;
    table.jsonStarts[row] = jsonStart;
    table.lineLengths[row] = document.canSplice ? document.lineEnd - document.lineStart : 0;
    if (document.isVerbatim && !document.canSplice) {
      table.otherLines.set(
        document.offset,
        Buffer.from(document.bytes.subarray(document.lineStart, document.lineEnd)),
      );
    }
    this.#count = row + 1;
  }
}
