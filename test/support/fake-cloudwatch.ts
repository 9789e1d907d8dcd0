/**
 * A strict double of CloudWatch Logs: an HTTP server that speaks AWS JSON 1.1, verifies the signature of each request,
 * enforces every documented rule, stores in memory, and fails as the service and the network do when it is told to.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { CloudWatchFault, CloudWatchPlan } from "./fake-cloudwatch-faults.ts";
import { refusalOf } from "./fake-cloudwatch-faults.ts";
import { OPERATIONS } from "./fake-cloudwatch-operations.ts";
import { ServiceRefusal } from "./fake-cloudwatch-rules.ts";
import { FakeCloudWatchStore } from "./fake-cloudwatch-store.ts";
import { RestartableServer } from "./restartable-server.ts";
import { type AwsSecrets, signatureScope, verifySigV4 } from "./sigv4.ts";

/** What a client must sign with. */
export const CLOUDWATCH_SECRETS: AwsSecrets = {
  accessKeyId: "AKIDCLOUDWATCHTEST",
  secretAccessKey: "a-secret-of-the-tests",
};

export interface FakeCloudWatchOptions {
  /** The time by which events are too old or too new, in Unix milliseconds; that of the machine by default. */
  readonly nowMs?: () => number;
  readonly secrets?: AwsSecrets;
  readonly region?: string;
}

export interface ReceivedCall {
  readonly operation: string;
  /** Without the events of PutLogEvents. */
  readonly input: Readonly<Record<string, unknown>>;
  /** How many events it brought. */
  readonly eventCount: number;
}

/** What the service says. */
interface Answer {
  readonly status: number;
  readonly body: object;
}

/** What something else says that stands before it. */
interface Page {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

const TARGET = /^Logs_20140328\.([A-Za-z]+)$/;
const CLOCK_SKEW_MS_MAX = 300_000;
const BAD_GATEWAY: Page = { status: 502, type: "text/html", text: "<html><h1>502 Bad Gateway</h1></html>" };
const PAGES: ReadonlyMap<string, Page> = new Map([
  ["bad_gateway_html", BAD_GATEWAY],
  ["ok_html", { status: 200, type: "text/html", text: "<html><h1>Welcome</h1></html>" }],
  ["ok_empty", { status: 200, type: "text/plain", text: "" }],
  ["ok_json", { status: 200, type: "application/json", text: '{"status":"green"}' }],
]);

export class FakeCloudWatch {
  readonly store: FakeCloudWatchStore;
  /** Every request that came whole, also those that were refused. */
  readonly calls: ReceivedCall[] = [];
  /** How often each fault was committed. */
  readonly faults = new Map<CloudWatchFault, number>();
  /** Says which request goes wrong, and how. */
  plan: CloudWatchPlan = () => "none";
  /** How far the clock that the service's answers and signatures go by is ahead of the machine's. */
  clockSkewMs = 0;
  readonly #secrets: AwsSecrets;
  readonly #region: string;
  readonly #server = new RestartableServer((request, response) => this.#handle(request, response));

  private constructor({ nowMs = Date.now, secrets, region }: FakeCloudWatchOptions) {
    this.store = new FakeCloudWatchStore(nowMs);
    this.#secrets = secrets ?? CLOUDWATCH_SECRETS;
    this.#region = region ?? "eu-west-1";
  }

  static async start(options: FakeCloudWatchOptions = {}): Promise<FakeCloudWatch> {
    const server = new FakeCloudWatch(options);
    await server.up();
    return server;
  }

  get url(): string {
    return this.#server.url;
  }

  /** Listens, on the same port as before. */
  up(): Promise<void> {
    return this.#server.up();
  }

  /** Closes the port and every connection. What is stored stays. */
  down(): Promise<void> {
    return this.#server.down();
  }

  /** How many calls of this operation came whole. */
  callCount(operation: string): number {
    return this.calls.filter((call) => call.operation === operation).length;
  }

  /** How often an event with each `event.id` is stored, in the order of their first arrival. */
  countsById(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { message } of this.store.events()) {
      const id = String((JSON.parse(message) as { event?: { id?: string } }).event?.id);
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    return counts;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const [, operation = "none"] = TARGET.exec(String(request.headers["x-amz-target"])) ?? [];
    const fault = this.plan(operation);
    if (fault !== "none") this.faults.set(fault, (this.faults.get(fault) ?? 0) + 1);

    const page = PAGES.get(fault);
    if (fault === "cut_before_storing") request.socket.destroy();
    else if (page !== undefined) show(response, page);
    else if (fault !== "hang") this.#respond(fault, response, this.#answer(fault, operation, request, body));
  }

  /** Sends the answer to what is done, unless the fault says otherwise. */
  #respond(fault: CloudWatchFault | "none", response: ServerResponse, answer: Answer): void {
    if (answer.status === 200 && fault === "hang_after_storing") return;
    if (answer.status === 200 && fault === "answer_lost") response.destroy();
    else if (answer.status === 200 && fault === "cut_in_answer") cutInAnswer(response);
    else if (answer.status === 200 && fault === "bad_gateway_after_storing") show(response, BAD_GATEWAY);
    else if (answer.status === 200 && fault === "unavailable_after_storing")
      send(response, refused(refusalOf("unavailable", "") as ServiceRefusal));
    else send(response, answer, new Date(Date.now() + this.clockSkewMs));
  }

  #answer(
    fault: CloudWatchFault | "none",
    operation: string,
    request: IncomingMessage,
    body: Buffer,
  ): Answer {
    try {
      this.#checkSignature(request, body);
      const run = Object.hasOwn(OPERATIONS, operation) ? OPERATIONS[operation] : undefined;
      if (request.method !== "POST" || request.url !== "/" || run === undefined)
        throw new ServiceRefusal("UnknownOperationException", "");
      const input = parsed(request, body);
      const { logEvents, ...rest } = input;
      this.calls.push({
        operation,
        input: rest,
        eventCount: Array.isArray(logEvents) ? logEvents.length : 0,
      });
      const refusal = refusalOf(fault, operation);
      if (refusal !== undefined) throw refusal;
      return { status: 200, body: run(this.store, input) };
    } catch (error) {
      if (error instanceof ServiceRefusal) return refused(error);
      throw error;
    }
  }

  #checkSignature(request: IncomingMessage, body: Buffer): void {
    const { headers, method = "", url = "" } = request;
    const scope = signatureScope({ headers });
    if (scope === undefined)
      throw new ServiceRefusal("MissingAuthenticationTokenException", "Missing Authentication Token");
    if (!headers.authorization?.includes(`Credential=${this.#secrets.accessKeyId}/`))
      throw refusalOf("unrecognized_client", "");
    const wrong =
      scope.service === "logs" && scope.region === this.#region
        ? (verifySigV4({ method, url, headers, body }, this.#secrets) ?? this.#skew(headers))
        : `Credential should be scoped to a valid region and to service logs, not ${scope.region}/${scope.service}.`;
    if (wrong !== undefined) throw new ServiceRefusal("InvalidSignatureException", wrong);
  }

  /** Why the time of the signature is too far from ours; undefined if it is not. Clients sign by the machine's clock. */
  #skew(headers: IncomingMessage["headers"]): string | undefined {
    const basic = String(headers["x-amz-date"]);
    const iso = basic.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z");
    const skewMs = Math.abs(Date.parse(iso) - Date.now() - this.clockSkewMs);
    return skewMs <= CLOCK_SKEW_MS_MAX ? undefined : `Signature expired: ${basic}`;
  }
}

function parsed(request: IncomingMessage, body: Buffer): Readonly<Record<string, unknown>> {
  if (request.headers["content-type"] !== "application/x-amz-json-1.1")
    throw new ServiceRefusal("UnknownOperationException", "");
  try {
    const input: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
    if (typeof input === "object" && input !== null) return input as Record<string, unknown>;
  } catch {
    // Not UTF-8, or not JSON.
  }
  throw new ServiceRefusal("SerializationException", "the body is no JSON object");
}

function refused({ name, message, status }: ServiceRefusal): Answer {
  return { status, body: { __type: name, ...(message !== "" && { message }) } };
}

function send(response: ServerResponse, { status, body }: Answer, date = new Date()): void {
  response.writeHead(status, {
    "content-type": "application/x-amz-json-1.1",
    "x-amzn-requestid": "00000000-0000-4000-8000-000000000000",
    date: date.toUTCString(),
  });
  response.end(JSON.stringify(body));
}

function show(response: ServerResponse, { status, type, text }: Page): void {
  response.writeHead(status, { "content-type": type }).end(text);
}

function cutInAnswer(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "application/x-amz-json-1.1", "content-length": 100 });
  response.write('{"nextSeq', () => response.destroy());
}
