/** The options of a sink of type `elasticsearch`. */
import { z } from "zod";
import { checkDataStream, dataStream, endpoints, index, requestTimeout, template } from "../bulk/options.ts";
import { searchSetupOptions } from "../bulk/setup/options.ts";
import { authOptions, batchOptions, compression, maxInFlight, retryOptions, tlsOptions } from "../options.ts";
import { cloudEndpoint, cloudIdProblem } from "./cloud-id.ts";

const cloudId = z
  .string()
  .check(({ value, issues }) => {
    const message = cloudIdProblem(value);
    if (message !== undefined) issues.push({ code: "custom", input: value, message });
  })
  .meta({ description: "Cloud ID of a deployment at Elastic Cloud, instead of `endpoints`." });

const caFingerprint = z
  .string()
  .regex(/^(?:|[\da-f]{64}|[\da-f]{2}(?::[\da-f]{2}){31})$/i, {
    error: "expected the SHA-256 of a certificate: 64 hexadecimal digits, with or without colons",
  })
  .default("")
  .meta({
    description:
      "SHA-256 of the authority's certificate, instead of `ca_file`: what Elasticsearch prints at its first start.",
  });

const elasticsearchTlsOptions = tlsOptions
  .extend({ ca_fingerprint: caFingerprint })
  .check(({ value, issues }) => {
    const rival = value.verify ? value.ca_file !== "" && "ca_file" : "verify: false";
    if (value.ca_fingerprint === "" || rival === false) return;
    const message = `expected ca_fingerprint without ${rival}: each says whom to trust`;
    issues.push({ code: "custom", path: ["ca_fingerprint"], input: value.ca_fingerprint, message });
  })
  .meta({ description: "TLS; without it the system's authorities are trusted." });

export const elasticsearchOptions = z
  .strictObject({
    endpoints: endpoints.optional(),
    cloud_id: cloudId.optional(),
    index,
    template,
    data_stream: dataStream,
    auth: authOptions(["basic", "api_key", "bearer"]).optional(),
    tls: elasticsearchTlsOptions.prefault({}),
    batch: batchOptions.prefault({}),
    max_in_flight: maxInFlight,
    compression,
    retry: retryOptions.prefault({}),
    request_timeout: requestTimeout,
    setup: searchSetupOptions.prefault({}),
  })
  .check(checkDataStream)
  .check(({ value, issues }) => {
    if ((value.endpoints === undefined) !== (value.cloud_id === undefined)) return;
    const found = value.endpoints === undefined ? "neither" : "both";
    const message = `expected either endpoints or cloud_id, found ${found}`;
    issues.push({ code: "custom", input: value, message });
  });
export type ElasticsearchOptions = z.output<typeof elasticsearchOptions>;

/** The addresses that the options name, one way or the other. */
export function endpointsOf(
  options: Pick<ElasticsearchOptions, "endpoints" | "cloud_id">,
): readonly string[] {
  return options.cloud_id === undefined ? (options.endpoints ?? []) : [cloudEndpoint(options.cloud_id)];
}
