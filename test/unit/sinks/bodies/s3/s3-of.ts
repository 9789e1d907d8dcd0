/** An S3 client as the configuration would make it, before the fake bucket. */
import {
  type BodiesOptions,
  bodiesOptions,
  type S3BodiesOptions,
} from "../../../../../src/sinks/bodies/options.ts";
import { AwsS3 } from "../../../../../src/sinks/bodies/s3/client.ts";
import { type Clock, systemClock } from "../../../../../src/system/clock.ts";
import { BUCKET, type FakeS3 } from "../../../../support/fake-s3.ts";

/** The options of a bucket on this server; `more` on top. */
export function s3Options(url: string, more: object = {}): S3BodiesOptions {
  const place = { bucket: BUCKET, endpoint: url, region: "us-east-1", force_path_style: true };
  const options: BodiesOptions = bodiesOptions.parse({ store: "s3", ...place, ...more });
  if (options.store !== "s3") throw new Error("expected options of S3");
  return options;
}

/** Close it after the test. */
export function s3Client(server: Pick<FakeS3, "url">, more: object = {}, clock: Clock = systemClock): AwsS3 {
  return new AwsS3(s3Options(server.url, more), clock);
}
