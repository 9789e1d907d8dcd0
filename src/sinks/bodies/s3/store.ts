/**
 * Bodies as objects of a bucket: `PREFIX/2026-04-03/ID.json.gz`.
 *
 * An object is put only if there is none of its name (`If-None-Match: *`), so that none is written twice. Where a
 * server does not know that, the same object is put again: the same bytes under the same name.
 */
import type { ProbeResult } from "../../sink.ts";
import {
  type BodyStore,
  DAY_NAME,
  fileNameOf,
  idInName,
  type ListReport,
  type PutReport,
  type ReadReport,
} from "../body-store.ts";
import type { S3BodiesOptions } from "../options.ts";
import { obstacleOf } from "./failure.ts";
import type { S3, S3Result } from "./s3.ts";

export class S3BodyStore implements BodyStore {
  readonly parallelMax: number;
  readonly #s3: S3;
  readonly #options: S3BodiesOptions;
  /** False once the server has said that it does not know conditions. */
  #takesConditions = true;

  constructor(options: S3BodiesOptions, s3: S3) {
    this.#options = options;
    this.#s3 = s3;
    this.parallelMax = options.max_in_flight;
  }

  async open() {
    return { outcome: "ready" as const };
  }

  async put(name: string, content: Buffer, signal: AbortSignal): Promise<PutReport> {
    const wasConditional = this.#takesConditions;
    const answer = await this.#s3.send(
      "PutObject",
      {
        ...this.#place(name),
        ...encryption(this.#options),
        Body: content,
        ContentType: "application/gzip",
        ...(wasConditional && { IfNoneMatch: "*" }),
      },
      signal,
    );
    if (answer.ok) return { outcome: "stored" };
    if (answer.status === 412) return { outcome: "duplicate" };
    if (answer.name === "NotImplemented" && wasConditional) {
      this.#takesConditions = false;
      return await this.put(name, content, signal);
    }
    if (answer.status !== 413) return obstacleOf(answer);
    const reason = `a body of ${content.length} bytes is too large for what stands before the bucket`;
    return { outcome: "refused", error: { type: "too_large", reason, isDocumentFault: true } };
  }

  /** What S3 has acknowledged is durable. */
  async flush(): Promise<undefined> {
    return undefined;
  }

  async read(name: string, signal: AbortSignal): Promise<ReadReport> {
    const input = { ...this.#place(name), ...customerKey(this.#options) };
    const answer = await this.#s3.send("GetObject", input, signal);
    if (answer.ok) return { outcome: "found", name, content: answer.output.content };
    return answer.name === "NoSuchKey" ? { outcome: "missing" } : obstacleOf(answer);
  }

  async find(id: string, signal: AbortSignal): Promise<ReadReport> {
    const days = await this.#days(signal);
    if (!days.ok) return obstacleOf(days);
    for (const day of days.output.toReversed()) {
      const report = await this.read(`${day}/${fileNameOf(id)}`, signal);
      if (report.outcome !== "missing") return report;
    }
    return { outcome: "missing" };
  }

  async list(day: string, beginning: string, signal: AbortSignal): Promise<ListReport> {
    const ids = new Set<string>();
    for await (const answer of this.#pages(this.#place(`${day}/${beginning}`).Key, undefined, signal)) {
      if (!answer.ok) return obstacleOf(answer);
      for (const { Key = "" } of answer.output.Contents ?? []) ids.add(idInName(Key));
    }
    return { outcome: "found", ids };
  }

  /** Begins an upload and gives it up: it needs the rights to write an object, and leaves none. */
  async probe(signal: AbortSignal): Promise<readonly ProbeResult[]> {
    const name = "bucket";
    const place = this.#place("check");
    const title = `s3://${place.Bucket}/${place.Key.slice(0, -"check".length)}`;
    const begun = await this.#s3.send(
      "CreateMultipartUpload",
      { ...place, ...encryption(this.#options) },
      signal,
    );
    if (!begun.ok) return [{ name, ok: false, message: obstacleOf(begun).message }];
    const { UploadId } = begun.output;
    const ended = await this.#s3.send("AbortMultipartUpload", { ...place, UploadId }, signal);
    const remark = ended.ok ? "" : "; allow s3:AbortMultipartUpload, by which `check` takes its attempt back";
    return [{ name, ok: true, message: `objects can be put into ${title}${remark}` }];
  }

  close(): Promise<void> {
    return this.#s3.close();
  }

  #place(name: string): { readonly Bucket: string; readonly Key: string } {
    return { Bucket: this.#options.bucket, Key: keyPrefix(this.#options) + name };
  }

  async #days(signal: AbortSignal): Promise<S3Result<string[]>> {
    const prefix = keyPrefix(this.#options);
    const days: string[] = [];
    for await (const answer of this.#pages(prefix, "/", signal)) {
      if (!answer.ok) return answer;
      const folders = answer.output.CommonPrefixes ?? [];
      days.push(...folders.map(({ Prefix = "" }) => Prefix.slice(prefix.length, -1)));
    }
    return { ok: true, output: days.filter((day) => DAY_NAME.test(day)).sort() };
  }

  async *#pages(Prefix: string, Delimiter: string | undefined, signal: AbortSignal) {
    let ContinuationToken: string | undefined;
    do {
      const input = { Bucket: this.#options.bucket, Prefix, Delimiter, ContinuationToken };
      const answer = await this.#s3.send("ListObjectsV2", input, signal);
      yield answer;
      ContinuationToken = answer.ok ? answer.output.NextContinuationToken : undefined;
    } while (ContinuationToken !== undefined);
  }
}

/** What the key of each object begins with. */
export function keyPrefix({ prefix }: Pick<S3BodiesOptions, "prefix">): string {
  return prefix === "" ? "" : `${prefix}/`;
}

function encryption(options: S3BodiesOptions) {
  const { algorithm, key_id } = options.sse;
  return {
    ...(algorithm !== undefined && { ServerSideEncryption: algorithm }),
    ...(key_id !== undefined && { SSEKMSKeyId: key_id }),
    ...customerKey(options),
  };
}

function customerKey({ sse: { customer_key } }: S3BodiesOptions) {
  return customer_key === undefined ? {} : { SSECustomerAlgorithm: "AES256", SSECustomerKey: customer_key };
}
