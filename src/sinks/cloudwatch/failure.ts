/** An error of the AWS SDK → what went wrong, and whether the request may have been carried out. Pure. */
import { errorCode } from "../../system/files.ts";
import { member } from "../bulk/answer.ts";
import { explainFailure } from "../http/failure.ts";
import { ConfigurationFault } from "../http/tls.ts";
import type { LogsFailure, OwnFailure } from "./logs.ts";

/** Codes of connections that never came about, so that nothing was sent. */
const NEVER_CONNECTED: ReadonlySet<string | undefined> = new Set([
  ...["EAI_AGAIN", "ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "ENOTFOUND"],
]);

/** The SDK's own names for credentials that it did not find. */
const NO_CREDENTIALS: ReadonlySet<string> = new Set([
  ...["CredentialsProviderError", "ProviderError", "TokenProviderError"],
]);

/**
 * Exceptions whose text is shown. That of others may hold a session token (the canonical request of
 * InvalidSignatureException) or says nothing.
 */
const SHOWN: ReadonlySet<string> = new Set([
  ...["AccessDenied", "AccessDeniedException", "InvalidOperationException", "InvalidParameterException"],
  ...["LimitExceededException", "ResourceNotFoundException", "ValidationException"],
]);

const TEXT_LENGTH_MAX = 300;

/**
 * @param place what was asked, for the message: `https://logs.example` or `CloudWatch Logs`
 * @param aborted why we ended the request ourselves; undefined if we did not
 */
export function failureOf(
  error: unknown,
  place: string,
  aborted: "aborted" | "timeout" | undefined,
): LogsFailure {
  const status = member(member(error, "$metadata"), "httpStatusCode");
  if (aborted === undefined && typeof status === "number") return answered(error, status, place);
  const code = errorCode(error);
  if (aborted === undefined && error instanceof Error) {
    if (error instanceof ConfigurationFault) return own("configuration", error.message, false);
    if (NO_CREDENTIALS.has(error.name)) return own("credentials", "no AWS credentials were found", false);
    if (error.message === "Region is missing") {
      return own(
        "configuration",
        "no AWS region is known: set region, AWS_REGION or one in the profile",
        false,
      );
    }
    if (code === "ENOTFOUND") {
      return own("unknown_host", `there is no host ${member(error, "hostname")}`, false);
    }
  }
  const { failure, message } = explainFailure(error, place, aborted);
  return own(failure, message, failure !== "tls" && !NEVER_CONNECTED.has(code));
}

function own(name: OwnFailure, message: string, mayBeDone: boolean): LogsFailure {
  return { ok: false, name, status: undefined, message, mayBeDone };
}

/** There was an answer: an exception of the service, or something that is none. */
function answered(error: unknown, status: number, place: string): LogsFailure {
  const mayBeDone = status >= 500 || status < 300;
  const isException = member(error, "$fault") !== undefined;
  const name = isException && error instanceof Error ? error.name : "";
  if (!/^[A-Z][A-Za-z0-9]{0,99}$/.test(name) || name === "Unknown") {
    const message = `${place} answered ${status}, not in the format of CloudWatch Logs`;
    return { ok: false, name: "unreadable" satisfies OwnFailure, status, message, mayBeDone };
  }
  const text = SHOWN.has(name) && error instanceof Error ? ` (${withoutValues(error.message)})` : "";
  return { ok: false, name, status, message: `CloudWatch Logs answered ${name}${text}`, mayBeDone };
}

/** The service quotes what it was sent: "Value '[…]' at 'logEvents' failed to satisfy constraint: …". */
function withoutValues(text: string): string {
  return text.replace(/['"[{][\s\S]*['"\]}]/, "…").slice(0, TEXT_LENGTH_MAX);
}
