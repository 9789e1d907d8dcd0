/**
 * The answer to a bulk request → the report on its documents.
 *
 * Pure. Each document gets exactly one verdict, in the order of the request; an answer for which that cannot be
 * done is no answer, and the payload goes again (what was stored is then a duplicate by its id).
 */
import type { DeliveryReport, Verdict } from "../sink.ts";
import { type Answer, member, readJson } from "./answer.ts";
import { documentError } from "./document-error.ts";
import { reportOnRefusal } from "./refusal.ts";
import { scrubType } from "./scrub.ts";

/** What of an answer is asked for. `status` must be there for every item, since items are told apart by position. */
export const ANSWER_FILTER =
  "errors,items.*.status,items.*.error.type,items.*.error.reason,items.*.failure_store";

const STORED: Verdict = { verdict: "stored" };
const DUPLICATE: Verdict = { verdict: "duplicate" };

/**
 * Elasticsearch says 201 also of a document that its data stream refused and that it keeps beside it, where no search
 * finds it by itself. So the line is in both: in the failure store, and among the dead letters, to be sent again.
 */
const IN_FAILURE_STORE: Verdict = {
  verdict: "refused",
  error: {
    type: "failure_store",
    reason:
      "the data stream refused it, and Elasticsearch keeps it in the failure store: see error.message there (<data stream>::failures)",
    isDocumentFault: true,
  },
};

const UNREADABLE: DeliveryReport = {
  outcome: "unavailable",
  reason: "unreadable",
  message:
    "expected one status for each document, found an answer that cannot be read as that; if it stays so, check that endpoints leads to the search server itself and not to a login page or another service",
};

/** Reports on a payload of `count` documents. `nowMs` is the wall clock, for a Retry-After that is a date. */
export function reportOnAnswer(answer: Answer, count: number, nowMs: number): DeliveryReport {
  if (answer.status !== 200) return reportOnRefusal(answer, nowMs);
  if (saysAllCreated(answer.body, count)) return { outcome: "stored" };
  const items = member(readJson(answer.body), "items");
  const verdicts = Array.isArray(items) && items.length === count ? items.map(verdictOf) : [undefined];
  if (!verdicts.every((verdict) => verdict !== undefined)) return UNREADABLE;
  return verdicts.every((verdict) => verdict === STORED)
    ? { outcome: "stored" }
    : { outcome: "judged", verdicts };
}

/** Before its items, an answer has a few short members; this much of it is looked at for them. */
const HEAD_BYTES_MAX = 100;
const HEAD = /^\{(?:"\w+":\d+,)*"errors":false,"items":\[/;

/** How an item says that its document was created, with no more members than are asked for. */
const CREATED = '{"create":{"status":201}}';

/** The usual answer, recognised without parsing it: no errors, and a 201 for each document. */
function saysAllCreated(body: Buffer, count: number): boolean {
  const head = HEAD.exec(body.toString("latin1", 0, HEAD_BYTES_MAX))?.[0];
  if (head === undefined || count === 0) return false;
  const expected = `${CREATED}${`,${CREATED}`.repeat(count - 1)}]}`;
  return body.subarray(head.length).equals(Buffer.from(expected, "latin1"));
}

/** The verdict of one item `{"create":{"status":…,"error":…}}`; undefined if it cannot be read. */
function verdictOf(item: unknown): Verdict | undefined {
  const result = member(item, "create");
  const status = member(result, "status");
  if (typeof status !== "number" || !Number.isInteger(status) || status < 200) return undefined;
  if (status >= 200 && status < 300)
    return member(result, "failure_store") === "used" ? IN_FAILURE_STORE : STORED;
  const error = member(result, "error");
  const type = scrubType(member(error, "type"));
  const reason = member(error, "reason");
  return verdictOnError(status, type, typeof reason === "string" ? reason : "");
}

function verdictOnError(status: number, type: string, reason: string): Verdict {
  if (status === 409 && (type === "version_conflict_engine_exception" || type === "unknown"))
    return DUPLICATE;
  // A full disk answers with 429 too, but passes only when a person has made room.
  if (status === 429 && type !== "cluster_block_exception")
    return { verdict: "deferred", reason: "throttled" };
  if (status === 409 || status >= 500) return { verdict: "deferred", reason: `http_${status}` };
  return { verdict: "refused", error: documentError(status, type, reason) };
}
