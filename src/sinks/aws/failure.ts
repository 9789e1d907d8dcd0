/** Why a request by the AWS SDK had no answer, the same for each of its services. Pure. */
import { errorCode } from "../../system/files.ts";
import { member } from "../bulk/answer.ts";
import { explainFailure } from "../http/failure.ts";
import { ConfigurationFault } from "../http/tls.ts";

/** Names of failures that no service told. */
export type OwnFailure =
  | "aborted"
  | "configuration"
  | "credentials"
  | "network"
  | "timeout"
  | "tls"
  | "unknown_host"
  | "unreadable";

/** The SDK's own names for credentials that it did not find. */
const NO_CREDENTIALS: ReadonlySet<string> = new Set([
  ...["CredentialsProviderError", "ProviderError", "TokenProviderError"],
]);

/** The status of the answer that `error` of the SDK is about; undefined if there was none. */
export function statusOf(error: unknown): number | undefined {
  const status = member(member(error, "$metadata"), "httpStatusCode");
  return typeof status === "number" ? status : undefined;
}

/**
 * What went wrong where there was no answer.
 *
 * @param place what was asked, for the message: `https://logs.example` or `S3`
 * @param aborted why we ended the request ourselves; undefined if we did not
 */
export function ownFailure(
  error: unknown,
  place: string,
  aborted: "aborted" | "timeout" | undefined,
): { readonly name: OwnFailure; readonly message: string } {
  if (aborted === undefined && error instanceof Error) {
    if (error instanceof ConfigurationFault) return { name: "configuration", message: error.message };
    if (NO_CREDENTIALS.has(error.name))
      return { name: "credentials", message: "no AWS credentials were found" };
    if (error.message === "Region is missing") {
      const message = "no AWS region is known: set region, AWS_REGION or one in the profile";
      return { name: "configuration", message };
    }
    if (errorCode(error) === "ENOTFOUND")
      return { name: "unknown_host", message: `there is no host ${member(error, "hostname")}` };
  }
  const { failure, message } = explainFailure(error, place, aborted);
  return { name: failure, message };
}
