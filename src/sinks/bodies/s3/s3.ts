/** The operations of S3 that bodies need. Failures are values. */
import type {
  AbortMultipartUploadCommandInput,
  CreateMultipartUploadCommandInput,
  CreateMultipartUploadCommandOutput,
  GetBucketLifecycleConfigurationCommandInput,
  GetBucketLifecycleConfigurationCommandOutput,
  GetObjectCommandInput,
  ListObjectsV2CommandInput,
  ListObjectsV2CommandOutput,
  PutBucketLifecycleConfigurationCommandInput,
  PutObjectCommandInput,
  PutObjectCommandOutput,
} from "@aws-sdk/client-s3";
import type { Fields, Operation } from "../../aws/operation.ts";

/** What each operation takes and gives. */
export interface S3Operations {
  readonly AbortMultipartUpload: Operation<AbortMultipartUploadCommandInput, object>;
  readonly CreateMultipartUpload: Operation<
    CreateMultipartUploadCommandInput,
    Fields<CreateMultipartUploadCommandOutput>
  >;
  readonly GetBucketLifecycleConfiguration: Operation<
    GetBucketLifecycleConfigurationCommandInput,
    Fields<GetBucketLifecycleConfigurationCommandOutput>
  >;
  /** Its body has been read to the end. */
  readonly GetObject: Operation<GetObjectCommandInput, { readonly content: Buffer }>;
  readonly ListObjectsV2: Operation<ListObjectsV2CommandInput, Fields<ListObjectsV2CommandOutput>>;
  readonly PutBucketLifecycleConfiguration: Operation<PutBucketLifecycleConfigurationCommandInput, object>;
  readonly PutObject: Operation<PutObjectCommandInput, Fields<PutObjectCommandOutput>>;
}

export type S3Operation = keyof S3Operations;

export interface S3Failure {
  readonly ok: false;
  /** The code of S3, `SlowDown`; for a failure of our side its own (`aws/failure.ts`). */
  readonly name: string;
  /** The HTTP status; undefined if there was no answer. */
  readonly status: number | undefined;
  /** What happened, without contents of objects and without secrets. */
  readonly message: string;
  /** The service's own wish (Retry-After), in milliseconds. */
  readonly retryAfterMs?: number;
}

export type S3Result<Output> = { readonly ok: true; readonly output: Output } | S3Failure;

/** The way to S3. */
export interface S3 {
  /** Sends one request once. It never rejects. */
  send<Name extends S3Operation>(
    operation: Name,
    input: S3Operations[Name]["input"],
    signal: AbortSignal,
  ): Promise<S3Result<S3Operations[Name]["output"]>>;
  close(): Promise<void>;
}
