/** Why there was no answer, in words that say what to do. */
import { errorCode } from "../../system/files.ts";
import type { NoAnswer } from "../bulk/answer.ts";

/** An answer that is not read to its end. */
export class AnswerTooLarge extends Error {}

const TRUST = "the server's certificate is not trusted: set tls.ca_file to the authority that signed it";

const CLIENT_CERTIFICATE =
  "the server wants a certificate of ours that it trusts: set tls.cert_file and tls.key_file";

/** Codes of OpenSSL and Node for connections that fail until someone changes something. */
const TLS_MESSAGES: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: TRUST,
  SELF_SIGNED_CERT_IN_CHAIN: TRUST,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: TRUST,
  UNABLE_TO_GET_ISSUER_CERT: TRUST,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: TRUST,
  CERT_SIGNATURE_FAILURE: TRUST,
  CERT_HAS_EXPIRED: "the server's certificate has expired: renew it, and check the clocks of both machines",
  CERT_NOT_YET_VALID: "the server's certificate is not valid yet: check the clocks of both machines",
  ERR_TLS_CERT_ALTNAME_INVALID:
    "the server's certificate is for another host name than the one in the configured address",
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: CLIENT_CERTIFICATE,
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: CLIENT_CERTIFICATE,
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: CLIENT_CERTIFICATE,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: CLIENT_CERTIFICATE,
  ERR_SSL_WRONG_VERSION_NUMBER: "the server does not speak TLS: write http:// in the configured address",
  EPROTO: "the server does not speak TLS as we do: check http:// and https:// in the configured address",
};

const HOST = "check the host name, and the name service of this machine";
const WAY = "check the address, and the network and its firewalls on the way";

/** Codes of Node for connections that fail, and may not the next time. */
const NETWORK_MESSAGES: Readonly<Record<string, string>> = {
  EAI_AGAIN: HOST,
  ECONNREFUSED: "nothing listens there, check host and port, and that the server runs",
  EHOSTUNREACH: WAY,
  ENETUNREACH: WAY,
  ENOTFOUND: HOST,
  ETIMEDOUT: WAY,
};

/** Describes a failed exchange with the node at `origin`. `aborted` says if and why we ended it ourselves. */
export function explainFailure(
  error: unknown,
  origin: string | undefined,
  aborted: "aborted" | "timeout" | undefined,
): NoAnswer {
  const node = origin ?? "the server";
  if (aborted === "aborted") return failed("aborted", `the request to ${node} was given up`);
  if (aborted === "timeout") return failed("timeout", `${node} did not answer within request_timeout`);
  if (error instanceof AnswerTooLarge)
    return failed("unreadable", `${node} sent an answer of ${error.message}`);
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const code = errorCode(cause);
  const tls = TLS_MESSAGES[code ?? ""];
  if (tls !== undefined) return failed("tls", `${node}: ${tls} (${code})`);
  if (code?.startsWith("HPE_")) {
    return failed(
      "unreadable",
      `${node} did not answer in HTTP: check http:// and https:// in the configured address (${code})`,
    );
  }
  const text = error instanceof Error ? error.message : "unknown error";
  const what = code === undefined || text.includes(code) ? text : code;
  const advice = networkAdvice(code, node);
  return failed("network", `${node} cannot be reached: ${what}${advice === undefined ? "" : `; ${advice}`}`);
}

function networkAdvice(code: string | undefined, node: string): string | undefined {
  // What a server does that expects TLS.
  if (code === "ECONNRESET" && node.startsWith("http://")) return "if the server speaks TLS, write https://";
  return NETWORK_MESSAGES[code ?? ""];
}

function failed(failure: NoAnswer["failure"], message: string): NoAnswer {
  return { status: undefined, failure, message };
}
