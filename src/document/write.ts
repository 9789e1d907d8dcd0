/**
 * A document → its JSON text: the line's own bytes, then our members before the closing brace (splice).
 *
 * Texts here are latin1: one character is one byte. What we add is ASCII, what the service wrote keeps its
 * bytes, and a text's length is its size.
 */
import { costJson } from "../cost/cost-json.ts";
import { asciiJson } from "../record/ascii-json.ts";
import type { AuditRecord, RecordKind } from "../record/record.ts";
import { isReservedName } from "../record/reserved.ts";
import { documentId, type Generation } from "../tail/generation.ts";
import type { Body } from "./body.ts";
import type { Document } from "./document.ts";

export interface DocumentOptions {
  /** Members of `labels` on every document. */
  readonly labels: Readonly<Record<string, string>>;
  /** True where the destination takes no id of ours, so that the document carries it in `event.id`. */
  readonly withEventId: boolean;
}

const BAD_TIMESTAMP_TAGS = ',"tags":["bad_timestamp"]';

export class DocumentWriter {
  readonly #withEventId: boolean;
  readonly #labels: string;
  #generation: Generation | undefined;
  #sourceByKind = new Map<RecordKind, string>();

  constructor(options: DocumentOptions) {
    this.#withEventId = options.withEventId;
    this.#labels = Object.keys(options.labels).length > 0 ? `,"labels":${asciiJson(options.labels)}` : "";
  }

  /** The document as JSON, one character per byte (write it by `latin1Write`). */
  json(document: Document): string {
    const added = this.#addedMembers(document);
    if (document.canSplice)
      return `${document.text.substring(document.lineStart, document.lineEnd - 1)},${added}}`;
    return rebuiltJson(document.record, added);
  }

  #addedMembers(document: Document): string {
    const { kind, cost, body } = document;
    return (
      '"@timestamp":"' +
      document.timestamp +
      (this.#withEventId || body !== undefined ? this.#event(document, body) : "") +
      (body === undefined ? this.#source(document.generation, kind) : `,${logMember(document.generation)}`) +
      document.offsetText +
      (document.hasBadTimestamp ? `}${BAD_TIMESTAMP_TAGS},` : "},") +
      document.route.json +
      (cost === undefined ? "" : `,"cost":${costJson(cost)}`) +
      this.#labels +
      (document.attributed === undefined ? "" : document.attributed.json)
    );
  }

  /** The member `event` of a document in which it says something of this line alone. */
  #event({ kind, generation, offset }: Document, body: Body | undefined): string {
    const id = this.#withEventId ? `,"id":"${documentId(generation, offset)}"` : "";
    const parts =
      body === undefined ? "" : `,"reference":${asciiJson(body.reference)},"hash":"${body.hash()}"`;
    return `","event":{"kind":"${kind}"${id}${parts}}`;
  }

  /** The part between timestamp and offset: the same for all lines of one kind in one file. */
  #source(generation: Generation, kind: RecordKind): string {
    if (this.#generation !== generation) {
      this.#generation = generation;
      this.#sourceByKind.clear();
    }
    const known = this.#sourceByKind.get(kind);
    if (known !== undefined) return known;
    const event = this.#withEventId ? "," : `","event":{"kind":"${kind}"},`;
    const source = `${event}${logMember(generation)}`;
    this.#sourceByKind.set(kind, source);
    return source;
  }
}

/** The member `log` up to the offset. */
function logMember({ name }: Generation): string {
  return `"log":{"file":{"name":${asciiJson(name)}},"offset":`;
}

/** The slow way, for lines whose members had to be redacted or have names of ours: those move into `original`. */
function rebuiltJson(record: AuditRecord, added: string): string {
  const members = Object.entries(record);
  const kept = Object.fromEntries(members.filter(([name]) => !isReservedName(name)));
  const moved = Object.fromEntries(members.filter(([name]) => isReservedName(name)));
  const own = utf8AsLatin1(JSON.stringify(kept)).slice(0, -1);
  const original = Object.keys(moved).length > 0 ? `,"original":${utf8AsLatin1(JSON.stringify(moved))}` : "";
  return `${own}${own.length > 1 ? "," : ""}${added}${original}}`;
}

function utf8AsLatin1(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}
