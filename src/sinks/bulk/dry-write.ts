/** Finds out whether documents could be written, without writing one and without creating an index. */
import { type Answer, member, type NoAnswer, readJson, type SearchTransport } from "./answer.ts";
import { documentError } from "./document-error.ts";
import { obstacle, reportOnNoAnswer } from "./refusal.ts";
import { ANSWER_FILTER } from "./response.ts";
import { scrubType } from "./scrub.ts";

export interface DryWrite {
  readonly canWrite: boolean;
  /** True if nobody looked at the request: no answer, or wrong credentials. */
  readonly isLockedOut: boolean;
  /** What was found and, if it cannot be written, what to do. */
  readonly message: string;
}

/** An update of a document that does not exist by a condition that cannot hold: at most a conflict (409). */
const IMPOSSIBLE_ACTION = {
  index: { _id: "mem0-audit-shipper-check", if_seq_no: 0, if_primary_term: 999_999_999 },
};

/** Tries to write into `index`. */
export async function tryWriting(
  transport: SearchTransport,
  index: string,
  signal: AbortSignal,
): Promise<DryWrite> {
  const path = `/${encodeURIComponent(index)}`;
  const existing = await transport.send({ method: "HEAD", path }, signal);
  const exists = existing.status === 200;
  // Into an index that does not exist nothing can be tried without creating it; so far as rights go, this comes close.
  const query = { filter_path: ANSWER_FILTER, ...(!exists && { require_alias: "true" }) };
  const action = exists ? IMPOSSIBLE_ACTION : { create: { _id: IMPOSSIBLE_ACTION.index._id } };
  const answer = await transport.send(
    {
      method: "POST",
      path: `${path}/_bulk`,
      query,
      headers: { "content-type": "application/x-ndjson" },
      body: Buffer.from(`${JSON.stringify(action)}\n{}\n`),
    },
    signal,
  );
  return judge(answer, index, exists);
}

function judge(answer: Answer | NoAnswer, index: string, exists: boolean): DryWrite {
  if (answer.status === undefined) {
    return { canWrite: false, isLockedOut: true, message: reportOnNoAnswer(answer).message };
  }
  if (answer.status !== 200) {
    return { canWrite: false, isLockedOut: answer.status === 401, message: obstacle(answer, 0).message };
  }
  const items = member(readJson(answer.body), "items");
  const item: unknown = Array.isArray(items) ? items[0] : undefined;
  const result = member(item, exists ? "index" : "create");
  const status = member(result, "status");
  if (exists && status === 409) return can(`documents can be written into ${index}`);
  if (!exists && status === 404) {
    return can(
      `bulk requests are taken; ${index} does not exist yet, the first line of that day will create it`,
    );
  }
  const error = member(result, "error");
  const { reason } = documentError(
    Number(status),
    scrubType(member(error, "type")),
    String(member(error, "reason")),
  );
  return {
    canWrite: false,
    isLockedOut: false,
    message: `documents cannot be written into ${index}: ${reason}`,
  };
}

function can(message: string): DryWrite {
  return { canWrite: true, isLockedOut: false, message };
}
