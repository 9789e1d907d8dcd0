/** Whether a body that was read is whole, and the one that a document names. */
import { bodyHash } from "../document/body.ts";
import { idInName, type ReadReport, unpacked } from "../sinks/bodies/body-store.ts";

export interface CheckedBody {
  /** To be shown; undefined if there is none, or none that can be read. */
  readonly json?: string;
  /** One sentence; undefined if all is well. */
  readonly problem?: string;
}

export interface Expectation {
  /** `event.hash` of the document; undefined if it is not known. */
  readonly hash: string | undefined;
  /** The key that hashes are made with, if they are. */
  readonly key: string | undefined;
}

/** Checks what was read: that it is there, whole, under its own name, and has the expected hash. */
export async function checkBody(report: ReadReport, { hash, key }: Expectation): Promise<CheckedBody> {
  if (report.outcome === "missing")
    return { problem: "there is no such body: not stored yet (see `status`), or deleted by age" };
  if (report.outcome !== "found") return { problem: report.message };
  const content = await unpacked(report.content);
  const body = content && readJson(content);
  if (content === undefined || body === undefined)
    return { problem: "it is damaged: not the compressed JSON that was stored" };
  const json = JSON.stringify(body, null, 2);
  if (body["id"] !== idInName(report.name))
    return { json, problem: "it is another one: its id is not that of its name" };
  if (hash === undefined || bodyHash(content, key) === hash) return { json };
  const advice =
    key === undefined
      ? "changed, or hashed with a redact_key"
      : "changed, or hashed with another redact_key or none";
  return { json, problem: `it is not what its document refers to: its hash differs (${advice})` };
}

function readJson(content: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(content.toString());
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
