/** Finds out whether documents could be written, without writing one and without creating an index. */
import { type Answer, member, type NoAnswer, readJson, type SearchTransport } from "./answer.ts";
import { documentError } from "./document-error.ts";
import { creationObstacle } from "./dry-create.ts";
import { obstacle, reportOnNoAnswer } from "./refusal.ts";
import { ANSWER_FILTER } from "./response.ts";
import { scrubType } from "./scrub.ts";

/** Where documents go. */
export interface WriteTarget {
  /** An index, or a data stream. */
  readonly index: string;
  readonly dataStream: boolean;
  /** False if the server gives ids of its own. */
  readonly documentIds: boolean;
}

export interface DryWrite {
  readonly canWrite: boolean;
  /** True if nobody looked at the request: no answer, or wrong credentials. */
  readonly isLockedOut: boolean;
  /** What was found and, if it cannot be written, what to do. */
  readonly message: string;
}

const ID = "mem0-audit-shipper-check";

/** An update of a document that does not exist by a condition that cannot hold: at most a conflict (409). */
const IMPOSSIBLE_ACTION = { index: { _id: ID, if_seq_no: 0, if_primary_term: 999_999_999 } };

/** Tries to write into the target; with `mayUpdate` false only by what a user may do who may create documents alone. */
export async function tryWriting(
  transport: SearchTransport,
  target: WriteTarget,
  signal: AbortSignal,
  mayUpdate = true,
): Promise<DryWrite> {
  const path = `/${encodeURIComponent(target.index)}`;
  const existing = await transport.send({ method: "HEAD", path }, signal);
  const exists = existing.status === 200;
  // Where nothing can be tried without creating a document or an index, this comes close so far as rights go.
  const isGuarded = !exists || target.dataStream || !target.documentIds || !mayUpdate;
  const answer = isGuarded
    ? await sendGuarded(transport, target, {}, signal)
    : await sendBulk(transport, target, {}, { action: IMPOSSIBLE_ACTION, document: {} }, signal);
  const judged = judge(answer, target.index, exists, isGuarded);
  if (!judged.canWrite || exists || target.dataStream) return judged;
  const missing = await creationObstacle(transport, target.index, signal);
  return missing === undefined ? judged : { canWrite: false, isLockedOut: false, message: missing };
}

/**
 * True if the server takes bulk requests with this parameter in their query; false if it does not, or if nobody
 * looked at the question.
 */
export async function knowsParameter(
  transport: SearchTransport,
  target: WriteTarget,
  parameter: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<boolean> {
  return (await sendGuarded(transport, target, parameter, signal)).status === 200;
}

/**
 * Sends a document that cannot be stored: it may only go to an alias (else 404), and is no object, so that an alias
 * does not take it either (400).
 */
function sendGuarded(
  transport: SearchTransport,
  target: WriteTarget,
  query: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Answer | NoAnswer> {
  const action = { create: target.documentIds ? { _id: ID } : {} };
  return sendBulk(transport, target, { ...query, require_alias: "true" }, { action, document: [] }, signal);
}

function sendBulk(
  transport: SearchTransport,
  { index }: WriteTarget,
  query: Readonly<Record<string, string>>,
  { action, document }: { readonly action: object; readonly document: object },
  signal: AbortSignal,
): Promise<Answer | NoAnswer> {
  return transport.send(
    {
      method: "POST",
      path: `/${encodeURIComponent(index)}/_bulk`,
      query: { filter_path: ANSWER_FILTER, ...query },
      headers: { "content-type": "application/x-ndjson" },
      body: Buffer.from(`${JSON.stringify(action)}\n${JSON.stringify(document)}\n`),
    },
    signal,
  );
}

function judge(answer: Answer | NoAnswer, index: string, exists: boolean, isGuarded: boolean): DryWrite {
  if (answer.status === undefined) {
    return { canWrite: false, isLockedOut: true, message: reportOnNoAnswer(answer).message };
  }
  if (answer.status !== 200) {
    return { canWrite: false, isLockedOut: answer.status === 401, message: obstacle(answer, 0).message };
  }
  const items = member(readJson(answer.body), "items");
  const item: unknown = Array.isArray(items) ? items[0] : undefined;
  const result = member(item, isGuarded ? "create" : "index");
  const status = member(result, "status");
  if (!isGuarded && status === 409) return can(`documents can be written into ${index}`);
  if (isGuarded && status === 404) {
    return can(
      exists
        ? `bulk requests into ${index} are taken`
        : `bulk requests are taken; ${index} does not exist yet, its first line will create it`,
    );
  }
  const error = member(result, "error");
  const { reason, isDocumentFault } = documentError(
    Number(status),
    scrubType(member(error, "type")),
    String(member(error, "reason")),
  );
  // An alias, behind which only the document was in the way.
  if (isGuarded && isDocumentFault) return can(`documents can be written into ${index}`);
  return {
    canWrite: false,
    isLockedOut: false,
    message: `documents cannot be written into ${index}: ${reason}`,
  };
}

function can(message: string): DryWrite {
  return { canWrite: true, isLockedOut: false, message };
}
