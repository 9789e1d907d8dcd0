/** Puts the index template at start, if the server has none of that name. */
import type { OpenReport } from "../sink.ts";
import type { Answer, NoAnswer, SearchTransport } from "./answer.ts";
import { tryWriting, type WriteTarget } from "./dry-write.ts";
import { describeAnswer, obstacle, reportOnNoAnswer } from "./refusal.ts";
import type { IndexTemplate } from "./template.ts";

/** What stands in the way of the template alone: rights, or a server that takes it for wrong. */
const TEMPLATE_ONLY: ReadonlySet<number> = new Set([400, 401, 403, 405, 501]);

const REMEDY = "have someone with the right put the template, or say template: off";
const GUESSED_MAPPING = `Delivery goes on, but new indices get a mapping that the server guesses: ${REMEDY}`;
const NO_DATA_STREAM = `Without it the server would make an index instead of a data stream: ${REMEDY}`;

/** Asks for the template: 200 if it is there, 404 if not. */
export function askForTemplate(
  transport: SearchTransport,
  template: IndexTemplate,
  signal: AbortSignal,
): Promise<Answer | NoAnswer> {
  const query = { filter_path: "index_templates.name" };
  return transport.send({ method: "GET", path: pathOf(template), query }, signal);
}

/**
 * Puts the template unless there is one: what a person changed stays. Where that is not allowed, delivery goes on
 * with a warning, but not into a data stream: without a template the server would make an index of its name. The
 * target tells this from credentials that are wrong altogether.
 */
export async function ensureTemplate(
  transport: SearchTransport,
  template: IndexTemplate,
  target: WriteTarget,
  signal: AbortSignal,
): Promise<OpenReport> {
  let answer = await askForTemplate(transport, template, signal);
  if (answer.status === 404) {
    const body = Buffer.from(JSON.stringify(template.body));
    const headers = { "content-type": "application/json" };
    answer = await transport.send({ method: "PUT", path: pathOf(template), headers, body }, signal);
  }
  if (answer.status === undefined) return reportOnNoAnswer(answer);
  if (answer.status === 200) return { outcome: "ready" };
  if (!TEMPLATE_ONLY.has(answer.status)) return obstacle(answer, 0);
  if (answer.status === 401 && (await tryWriting(transport, target, signal)).isLockedOut)
    return obstacle(answer, 0);
  const problem = `the index template "${template.name}" could not be put: ${describeAnswer(answer)}`;
  return target.dataStream
    ? { outcome: "blocked", reason: "no_template", message: `${problem}. ${NO_DATA_STREAM}` }
    : { outcome: "ready", warning: `${problem}. ${GUESSED_MAPPING}` };
}

function pathOf(template: IndexTemplate): string {
  return `/_index_template/${encodeURIComponent(template.name)}`;
}
