/**
 * A bucket over HTTP, as far as bodies need it: objects with conditions, folders, uploads that are given up, lifecycle
 * rules. It answers in the format of S3, and misbehaves as a test says.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

export const BUCKET = "mem0-bodies";

/** What the daemon needs to sign; the fake takes any signature. */
export const S3_VARIABLES: Readonly<Record<string, string>> = {
  AWS_ACCESS_KEY_ID: "AKIDTEST",
  AWS_SECRET_ACCESS_KEY: "s3-test-secret",
  AWS_EC2_METADATA_DISABLED: "true",
  AWS_CONFIG_FILE: "/dev/null",
  AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
};

/** Answers a request instead of the bucket, and says whether it did. */
export type S3Misbehaviour = (request: IncomingMessage, response: ServerResponse) => boolean;

export class FakeS3 {
  /** By key. */
  readonly objects = new Map<string, Buffer>();
  /** How often each key was written. */
  readonly writes = new Map<string, number>();
  /** Every request, as `PUT /mem0-bodies/key`, and its headers. */
  readonly requests: { readonly line: string; readonly headers: IncomingMessage["headers"] }[] = [];
  /** Uploads that were begun and not given up. */
  openUploads = 0;
  /** The lifecycle configuration, XML; undefined if there is none. */
  lifecycle: string | undefined;
  misbehave: S3Misbehaviour = () => false;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => void this.#handle(request, response));
  }

  static async start(): Promise<FakeS3> {
    const fake = new FakeS3();
    await new Promise<void>((resolve) => fake.#server.listen(0, "127.0.0.1", resolve));
    return fake;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests.push({ line: `${request.method} ${request.url}`, headers: request.headers });
    if (this.misbehave(request, response)) return;
    const content = await buffer(request);
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://host");
    const [, bucket, ...parts] = pathname.split("/").map(decodeURIComponent);
    if (bucket !== BUCKET) replyError(response, 404, "NoSuchBucket");
    else if (searchParams.has("lifecycle")) this.#answerLifecycle(request, response, content);
    else if (searchParams.has("uploads") || searchParams.has("uploadId"))
      this.#answerUpload(request, response);
    else if (request.method === "PUT") this.#put(parts.join("/"), content, request, response);
    else if (searchParams.has("list-type")) this.#list(searchParams, response);
    else this.#get(parts.join("/"), response);
  }

  #put(key: string, content: Buffer, request: IncomingMessage, response: ServerResponse): void {
    if (request.headers["if-none-match"] === "*" && this.objects.has(key)) {
      replyError(response, 412, "PreconditionFailed");
      return;
    }
    this.objects.set(key, content);
    this.writes.set(key, (this.writes.get(key) ?? 0) + 1);
    response.writeHead(200, { etag: '"0123456789abcdef"' }).end();
  }

  #get(key: string, response: ServerResponse): void {
    const content = this.objects.get(key);
    if (content === undefined) replyError(response, 404, "NoSuchKey");
    else response.writeHead(200, { etag: '"0123456789abcdef"' }).end(content);
  }

  /** Folders, or with no delimiter keys; two on a page. */
  #list(asked: URLSearchParams, response: ServerResponse): void {
    const prefix = asked.get("prefix") ?? "";
    const token = asked.get("continuation-token");
    const below = [...this.objects.keys()].filter((key) => key.startsWith(prefix));
    const hasFolders = asked.has("delimiter");
    const folders = new Set(
      hasFolders ? below.map((key) => key.slice(0, key.indexOf("/", prefix.length) + 1)) : below,
    );
    const start = Number(token ?? 0);
    const sorted = [...folders].sort();
    const page = sorted
      .slice(start, start + 2)
      .map((one) =>
        hasFolders
          ? `<CommonPrefixes><Prefix>${one}</Prefix></CommonPrefixes>`
          : `<Contents><Key>${one}</Key></Contents>`,
      );
    const isLast = start + 2 >= sorted.length;
    const next = isLast ? "" : `<NextContinuationToken>${start + 2}</NextContinuationToken>`;
    replyXml(response, 200, `<ListBucketResult>${page.join("")}${next}</ListBucketResult>`);
  }

  #answerUpload({ method }: IncomingMessage, response: ServerResponse): void {
    if (method === "DELETE") {
      this.openUploads -= 1;
      response.writeHead(204).end();
      return;
    }
    this.openUploads += 1;
    const result = "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>";
    replyXml(response, 200, result);
  }

  #answerLifecycle({ method }: IncomingMessage, response: ServerResponse, content: Buffer): void {
    if (method === "PUT") {
      this.lifecycle = content.toString();
      response.writeHead(200).end();
    } else if (this.lifecycle === undefined) replyError(response, 404, "NoSuchLifecycleConfiguration");
    else replyXml(response, 200, this.lifecycle);
  }
}

/** Misbehaviour: every request gets this error of S3. */
export function refuseAll(status: number, code: string): S3Misbehaviour {
  return (request, response) => {
    request.resume();
    replyError(response, status, code);
    return true;
  };
}

function replyError(response: ServerResponse, status: number, code: string): void {
  replyXml(
    response,
    status,
    `<Error><Code>${code}</Code><Message>the request was: secret text</Message></Error>`,
  );
}

function replyXml(response: ServerResponse, status: number, xml: string): void {
  response.writeHead(status, { "content-type": "application/xml" });
  response.end(`<?xml version="1.0" encoding="UTF-8"?>${xml}`);
}
