/**
 * The private part of a retrieval detail, kept apart from its document: the query and what was found for it.
 *
 * Name and content hang on the line and its place alone, not on the rules of redaction, so that every lane tells the
 * same of a body whenever it reads the line, and whichever lane is the first.
 */
import { createHash, createHmac } from "node:crypto";
import type { AuditRecord } from "../record/record.ts";
import { utcDay } from "../record/timestamp.ts";
import { documentId, type Generation } from "../tail/generation.ts";

/** How documents refer to their bodies. */
export interface BodyRules {
  /** What stands before a body's name in a reference: `s3://bucket/prefix/`, or nothing. */
  readonly place: string;
  /** With it hashes are HMACs: a short query could be guessed from a plain one. */
  readonly key: string | undefined;
}

/** The line that a body comes from. */
export interface BodySource {
  readonly generation: Generation;
  readonly offset: number;
  /** The `@timestamp` of its document. */
  readonly timestamp: string;
  readonly timestampMs: number;
  /** As the service wrote it, before redaction. */
  readonly record: AuditRecord;
}

/** The members of a retrieval detail that go into its body. */
const BODY_MEMBERS = ["query", "results"];

const NAME_END = ".json.gz";

export class Body {
  /** The id of its document. */
  readonly id: string;
  /** `YYYY-MM-DD/ID.json.gz`: the day of the file, of the record where the file's name has none. */
  readonly name: string;
  /** Where it is: `event.reference` of its document. */
  readonly reference: string;
  readonly #source: BodySource;
  readonly #key: string | undefined;

  constructor(source: BodySource, { place, key }: BodyRules) {
    const { generation, offset } = source;
    this.id = documentId(generation, offset);
    this.name = `${generation.day ?? utcDay(source.timestampMs)}/${this.id}${NAME_END}`;
    this.reference = place + this.name;
    this.#source = source;
    this.#key = key;
  }

  /** What is stored, before it is compressed. */
  json(): string {
    const { generation, offset, timestamp, record } = this.#source;
    const members = BODY_MEMBERS.filter((name) => Object.hasOwn(record, name));
    return JSON.stringify({
      id: this.id,
      "@timestamp": timestamp,
      file: generation.name,
      offset,
      ...Object.fromEntries(members.map((name) => [name, record[name]])),
    });
  }

  /** `event.hash` of its document. */
  hash(): string {
    return bodyHash(this.json(), this.#key);
  }
}

/** SHA-256 of a body before it is compressed, with a key HMAC-SHA256; hexadecimal. */
export function bodyHash(json: string | Buffer, key: string | undefined): string {
  const hash = key === undefined ? createHash("sha256") : createHmac("sha256", key);
  return hash.update(json).digest("hex");
}
