/** Answers recorded from a real server, and answers made up. */
import { readFileSync } from "node:fs";
import type { Answer } from "../../src/sinks/bulk/answer.ts";

/** An answer of test/fixtures/bulk. */
export function recordedAnswer(name: string): Answer {
  const recorded = JSON.parse(readFileSync(`test/fixtures/bulk/${name}.json`, "utf8"));
  return { status: recorded.status, headers: recorded.headers, body: Buffer.from(recorded.body) };
}

/** An answer with this body: a text as it is, anything else as JSON. */
export function answerOf(status: number, body: unknown = "", headers: Answer["headers"] = {}): Answer {
  return { status, headers, body: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)) };
}
