/** The options of a sink of type `opensearch`. */
import { z } from "zod";
import { checkDataStream, dataStream, endpoints, index, requestTimeout, template } from "../bulk/options.ts";
import { searchSetupOptions } from "../bulk/setup/options.ts";
import {
  type AuthOptions,
  authOptions,
  batchOptions,
  compression,
  maxInFlight,
  retryOptions,
  tlsOptions,
} from "../options.ts";
import { awsPlace } from "./aws-place.ts";

const serverlessCollection = z.enum(["search", "time_series"]).optional().meta({
  description:
    "Type of a collection of Amazon OpenSearch Serverless; without it `search`. `time_series` takes no ids of ours: what is sent again may be stored twice.",
});

export const openSearchOptions = z
  .strictObject({
    endpoints,
    index,
    template,
    data_stream: dataStream,
    serverless_collection: serverlessCollection,
    auth: authOptions(["basic", "api_key", "bearer", "sigv4"]).optional(),
    tls: tlsOptions.prefault({}),
    batch: batchOptions.prefault({}),
    max_in_flight: maxInFlight,
    compression,
    retry: retryOptions.prefault({}),
    request_timeout: requestTimeout,
    setup: searchSetupOptions.prefault({}),
  })
  .check(checkDataStream, checkServerless, checkPlace);
export type OpenSearchOptions = z.output<typeof openSearchOptions>;

interface AwsOptions {
  readonly endpoints: readonly string[];
  readonly data_stream: boolean;
  readonly serverless_collection?: string | undefined;
  readonly auth?: AuthOptions | undefined;
}

/** Collections are a matter of Serverless alone, and it has nothing of data streams. */
function checkServerless({ value, issues }: z.core.ParsePayload<AwsOptions>): void {
  const isServerless = value.auth?.sigv4?.service === "aoss";
  const refuse = (path: string, message: string) =>
    void issues.push({ code: "custom", path: [path], input: value, message });
  if (value.serverless_collection !== undefined && !isServerless) {
    refuse("serverless_collection", "only Serverless has collections: it goes with auth.sigv4.service: aoss");
  }
  if (value.data_stream && isServerless)
    refuse("data_stream", "Serverless has no data streams: leave it out");
}

/** An address of AWS has one region and one service; a signature for another is refused there. */
function checkPlace({ value, issues }: z.core.ParsePayload<AwsOptions>): void {
  const { sigv4 } = value.auth ?? {};
  for (const endpoint of sigv4 === undefined ? [] : value.endpoints) {
    const place = awsPlace(endpoint);
    for (const key of ["region", "service"] as const) {
      const found = sigv4?.[key];
      if (place === undefined || found === undefined || found === place[key]) continue;
      const message = `expected ${place[key]}, which the endpoint names, found ${found}`;
      issues.push({ code: "custom", path: ["auth", "sigv4", key], input: found, message });
    }
  }
}
