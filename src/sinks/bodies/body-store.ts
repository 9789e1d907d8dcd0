/** The port of the places in which bodies are kept: a folder, or a bucket. Failures are values. */
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import type { Blocked, DocumentError, OpenReport, ProbeResult, Unavailable } from "../sink.ts";

/** What is wrong with the place, for one request as for all. */
export type Obstacle = Unavailable | Blocked;

export type PutReport =
  | { readonly outcome: "stored" }
  /** One of this name is there, and stays as it is: the name says what it holds. */
  | { readonly outcome: "duplicate" }
  | { readonly outcome: "refused"; readonly error: DocumentError }
  | Obstacle;

export type ReadReport =
  | { readonly outcome: "found"; readonly name: string; readonly content: Buffer }
  | { readonly outcome: "missing" }
  | Obstacle;

export type ListReport = { readonly outcome: "found"; readonly ids: ReadonlySet<string> } | Obstacle;

/** Names are `YYYY-MM-DD/ID.json.gz`. */
export interface BodyStore {
  /** How many may be put at once. */
  readonly parallelMax: number;
  /** Makes the place ready. Idempotent. */
  open(): Promise<OpenReport>;
  put(name: string, content: Buffer, signal: AbortSignal): Promise<PutReport>;
  /** Makes what was put under these names durable; undefined if that is done. */
  flush(names: readonly string[]): Promise<Obstacle | undefined>;
  read(name: string, signal: AbortSignal): Promise<ReadReport>;
  /** Finds the one with this id, of whatever day, the latest if there are several. */
  find(id: string, signal: AbortSignal): Promise<ReadReport>;
  /** The ids of one day that begin so. */
  list(day: string, beginning: string, signal: AbortSignal): Promise<ListReport>;
  probe(signal: AbortSignal): Promise<readonly ProbeResult[]>;
  close(): Promise<void>;
}

/** A day folder. */
export const DAY_NAME = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/;

/** A body in it: 22 characters of base64url for its file, and its offset. */
export const BODY_NAME = /^[A-Za-z0-9_-]{22}-\d{1,16}\.json\.gz$/;

const FILE_END = ".json.gz";

/** The name within its day folder. */
export function fileNameOf(id: string): string {
  return id + FILE_END;
}

/** The id that a name stands for. */
export function idInName(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1, -FILE_END.length);
}

const gzipAsync = promisify(gzip);
const gunzipAsync = promisify(gunzip);

/** A body as it is stored: gzip without a time, so that the same body has the same bytes. */
export function packed(json: string): Promise<Buffer> {
  return gzipAsync(json);
}

/** What was packed; undefined if these bytes are no complete gzip. */
export function unpacked(content: Buffer): Promise<Buffer | undefined> {
  return gunzipAsync(content).catch(() => undefined);
}
