/**
 * The port every destination implements.
 *
 * A sink translates documents into requests and answers into reports. It never retries, counts or logs: the lane
 * does, once, for all sinks. Nor does it wait, with one exception: where a destination takes no ids of ours, what it
 * holds is read until two reads agree.
 */
import type { Batch, Payload, PayloadBuilder } from "../batch/batch.ts";
import type { CheckpointStore } from "../checkpoint/checkpoint-store.ts";

/** The limits within which a lane works for this sink. */
export interface DeliveryLimits {
  /** Documents in one payload. */
  readonly recordsMax: number;
  /** Bytes of one payload; a single document may exceed it. */
  readonly bytesMax: number;
  /** How long a busy lane may wait to fill a payload, in milliseconds. */
  readonly waitMsMax: number;
  /** Payloads under way at once. */
  readonly inFlightMax: number;
}

export interface Sink {
  readonly limits: DeliveryLimits;

  /** Set by a sink that commits the checkpoint together with the documents: then that one wins. */
  readonly progress?: CheckpointStore;

  /** Makes an empty builder of this sink's payloads. */
  payloadBuilder(): PayloadBuilder;

  /** Makes the destination ready (an index template, a log group). Idempotent; called until it says `ready`. */
  open(signal: AbortSignal): Promise<OpenReport>;

  /**
   * Sends `payload`, all of `batch` or a part of it, once. Failures of the network or the server are reports,
   * not exceptions: a throw from here is a bug in the sink.
   */
  deliver(payload: Payload, batch: Batch, signal: AbortSignal): Promise<DeliveryReport>;

  /** Asks the destination, for `check`, whether delivery would work; leaves nothing behind. */
  probe(signal: AbortSignal): Promise<readonly ProbeResult[]>;

  close(): Promise<void>;
}

export interface ProbeResult {
  readonly name: string;
  readonly ok: boolean;
  /** One sentence: what was found and, on failure, what to do. Never a secret. */
  readonly message: string;
}

/** Nobody judged the documents. The same payload goes again, after a pause, for ever. */
export interface Unavailable {
  readonly outcome: "unavailable";
  /** A short label for the metric `retries_total{reason}`: `network`, `timeout`, `http_503`, `throttled`. */
  readonly reason: string;
  /** For the log: what happened, without contents of documents. */
  readonly message: string;
  /** The destination's own wish (Retry-After), in milliseconds. */
  readonly retryAfterMs?: number;
}

/** The destination refuses everybody until a person does something. Retried for ever, loudly. */
export interface Blocked {
  readonly outcome: "blocked";
  readonly reason: string;
  /** What happened and what to do about it. */
  readonly message: string;
}

export type OpenReport =
  | {
      readonly outcome: "ready";
      /** Something that is worth one line in the log but does not stop delivery. */
      readonly warning?: string;
    }
  | Unavailable
  | Blocked;

export type DeliveryReport =
  /** Every document is stored; the short form of a `judged` in which all are. */
  | { readonly outcome: "stored" }
  /** One verdict for each document, in the payload's order. */
  | { readonly outcome: "judged"; readonly verdicts: readonly Verdict[] }
  | Unavailable
  | Blocked
  /** The request as a whole was refused as malformed (400). The lane bisects it to find out whose fault it is. */
  | { readonly outcome: "refused"; readonly error: DocumentError; readonly message: string }
  /** The request was too large (413). The lane halves it. */
  | { readonly outcome: "too_large"; readonly message: string };

/** Why a document was refused. */
export interface DocumentError {
  /** The destination's name for it, `mapper_parsing_exception`. */
  readonly type: string;
  /** Scrubbed of the document's values. */
  readonly reason: string;
  /** True if it is the document's own fault, so that it never can be stored; else the destination's. */
  readonly isDocumentFault: boolean;
}

export type Verdict =
  | { readonly verdict: "stored" }
  /** It was there already, by its id. */
  | { readonly verdict: "duplicate" }
  /** Only this document goes again, after a pause (429, 503). */
  | { readonly verdict: "deferred"; readonly reason: string }
  /** Refused: a dead letter if it is the document's fault, else the lane is blocked and sends it again. */
  | { readonly verdict: "refused"; readonly error: DocumentError };
