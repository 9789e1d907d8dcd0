/**
 * A step of `setup` at a search server: it asks by GET, and sends the planned requests as they were printed.
 *
 * What these requests hold comes from the configuration, never from a document: so unlike elsewhere the server's
 * reason for a refusal is told in full.
 */
import { type PlannedRequest, SetupFault, type SetupState, type SetupStep } from "../../setup.ts";
import { type Answer, readJson, type SearchRequest, type SearchTransport, serverError } from "../answer.ts";
import { obstacle, reportOnNoAnswer } from "../refusal.ts";
import { scrubType } from "../scrub.ts";

const REASON_LENGTH_MAX = 500;

/** What a question has shown. */
export type Finding =
  | { readonly outcome: "found"; readonly body: unknown }
  | { readonly outcome: "missing" }
  /** The server has no such API: another distribution, or Serverless. */
  | { readonly outcome: "unsupported" };

/** Asks for what is at this path. Rejects with a {@link SetupFault} if the server does not say. */
export type Ask = (path: string) => Promise<Finding>;

export interface StepDefinition {
  readonly title: string;
  /** Which right is needed, as the end of "give this user the right to …". */
  readonly right: string;
  examine(ask: Ask): Promise<SetupState>;
}

/** A step for what this server has no need of, or no place for. */
export function skippedStep(title: string, message: string): StepDefinition {
  return { title, right: "do nothing", examine: async () => ({ state: "skipped", message }) };
}

/** How planned requests are sent. */
export interface Protocol {
  encode(planned: PlannedRequest): SearchRequest;
  /** What this protocol alone can say against an answer; undefined if its status says it all. */
  complaint(answer: Answer): string | undefined;
}

const JSON_PROTOCOL: Protocol = { encode: jsonRequest, complaint: () => undefined };

/** Makes the step of a definition. */
export function searchStep(
  { title, right, examine }: StepDefinition,
  transport: SearchTransport,
  protocol = JSON_PROTOCOL,
): SetupStep {
  return {
    title,
    examine: async (signal) => {
      try {
        return await examine(async (path) => findingOf(await send(transport, get(path), signal), right));
      } catch (error) {
        if (error instanceof SetupFault) return { state: "refused", message: error.message };
        throw error;
      }
    },
    apply: async (requests, signal) => {
      for (const planned of requests) {
        const answer = await send(transport, protocol.encode(planned), signal);
        const complaint = protocol.complaint(answer);
        if (complaint !== undefined) throw new SetupFault(complaint);
        if (answer.status !== 200) throw new SetupFault(explain(answer, right));
      }
    },
  };
}

/** A planned request as it is sent: `PUT /_index_template/logs` with its body as JSON. */
export function jsonRequest({ operation, body }: PlannedRequest): SearchRequest {
  const request = parseOperation(operation);
  if (body === undefined) return request;
  const headers = { "content-type": "application/json" };
  return { ...request, headers, body: Buffer.from(JSON.stringify(body)) };
}

/** Method, path and query of `PUT /a?b=c`. */
export function parseOperation(operation: string): Pick<SearchRequest, "method" | "path" | "query"> {
  const [method = "", target = ""] = operation.split(" ");
  const [path = "", query] = target.split("?");
  return {
    method: method as SearchRequest["method"],
    path,
    ...(query !== undefined && { query: Object.fromEntries(new URLSearchParams(query)) }),
  };
}

function get(path: string): SearchRequest {
  return parseOperation(`GET ${path}`);
}

async function send(
  transport: SearchTransport,
  request: SearchRequest,
  signal: AbortSignal,
): Promise<Answer> {
  const answer = await transport.send(request, signal);
  if (answer.status === undefined) throw new SetupFault(reportOnNoAnswer(answer).message);
  return answer;
}

function findingOf(answer: Answer, right: string): Finding {
  if (answer.status === 200) return { outcome: "found", body: readJson(answer.body) };
  if (answer.status === 404) return { outcome: "missing" };
  if (isUnsupported(answer)) return { outcome: "unsupported" };
  throw new SetupFault(explain(answer, right));
}

/** Servers without the plugin know no such path (400, 405), Serverless says that it withholds the API (410). */
function isUnsupported(answer: Answer): boolean {
  const isUnknownPath = answer.status === 400 && serverError(answer)?.reason.startsWith("no handler found");
  return isUnknownPath === true || answer.status === 405 || answer.status === 410;
}

function explain(answer: Answer, right: string): string {
  if (answer.status === 403) {
    return `${describe(answer)}: give this user the right to ${right} (docs/setup.md lists the rights)`;
  }
  return answer.status === 400 ? `the request was refused: ${describe(answer)}` : obstacle(answer, 0).message;
}

function describe(answer: Answer): string {
  const error = serverError(answer);
  if (error === undefined) return `the server answered ${answer.status}, not in its own format`;
  const reason = error.reason.slice(0, REASON_LENGTH_MAX);
  return `the server answered ${answer.status} (${scrubType(error.type)}: ${reason})`;
}
