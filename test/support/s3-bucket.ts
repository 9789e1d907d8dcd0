/** A bucket of its own on a server that speaks S3, with versions, so that a second write of an object shows. */
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { silenceAwsVersionNotice } from "../../src/system/environment.ts";
import { S3_VARIABLES } from "./fake-s3.ts";

const CREDENTIALS = {
  accessKeyId: String(S3_VARIABLES["AWS_ACCESS_KEY_ID"]),
  secretAccessKey: String(S3_VARIABLES["AWS_SECRET_ACCESS_KEY"]),
};

export class S3Bucket {
  readonly name: string;
  readonly #client: S3Client;

  private constructor(name: string, client: S3Client) {
    this.name = name;
    this.#client = client;
  }

  /** Makes an empty one. */
  static async make(endpoint: string, name: string): Promise<S3Bucket> {
    silenceAwsVersionNotice();
    const place = { endpoint, region: "us-east-1", forcePathStyle: true };
    const client = new S3Client({ ...place, credentials: CREDENTIALS });
    await client.send(new CreateBucketCommand({ Bucket: name }));
    const VersioningConfiguration = { Status: "Enabled" } as const;
    await client.send(new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration }));
    return new S3Bucket(name, client);
  }

  /** How many versions each key has. */
  async versions(): Promise<Map<string, number>> {
    const counts = new Map<string, number>();
    let KeyMarker: string | undefined;
    do {
      const page = await this.#client.send(new ListObjectVersionsCommand({ Bucket: this.name, KeyMarker }));
      for (const { Key = "" } of page.Versions ?? []) counts.set(Key, (counts.get(Key) ?? 0) + 1);
      KeyMarker = page.IsTruncated ? page.NextKeyMarker : undefined;
    } while (KeyMarker !== undefined);
    return counts;
  }

  async content(key: string): Promise<Buffer> {
    const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: this.name, Key: key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  }

  /** Uploads that were begun and neither ended nor given up. */
  async openUploads(): Promise<number> {
    const { Uploads = [] } = await this.#client.send(new ListMultipartUploadsCommand({ Bucket: this.name }));
    return Uploads.length;
  }

  close(): void {
    this.#client.destroy();
  }
}
