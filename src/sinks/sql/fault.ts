/** Why a database did not do what it was asked to do. */
import { errorCode } from "../../system/files.ts";
import type { Blocked, Unavailable } from "../sink.ts";

/** What has to happen before it can go on. */
type SqlFaultKind =
  /** Nothing but time: the network, a restart, a deadlock, too many connections. */
  | "unavailable"
  /** Somebody must do something: a password, a right, a missing database. */
  | "blocked"
  /** The values of a statement are refused; the connection is as good as before. */
  | "data";

export class SqlFault extends Error {
  readonly kind: SqlFaultKind;
  /** A short label: `network`, or the server's own code. */
  readonly reason: string;

  /** @param message what happened and, if somebody must act, what to do; without values of lines and secrets */
  constructor(kind: SqlFaultKind, reason: string, message: string) {
    super(message);
    this.kind = kind;
    this.reason = reason;
  }
}

/** The report on a fault. Values that are refused block: whose fault that is, is found out before. Throws other errors on. */
export function reportOn(error: unknown): Unavailable | Blocked {
  if (!(error instanceof SqlFault)) throw error;
  const { kind, reason, message } = error;
  return { outcome: kind === "unavailable" ? "unavailable" : "blocked", reason, message };
}

/** Codes of Node, and the one that the driver of MySQL puts in their place. */
const TLS_CODE = /CERT|SELF_SIGNED|UNABLE_TO_|^ERR_TLS|^ERR_SSL|^EPROTO$|^HANDSHAKE_SSL_ERROR$/;

/** The fault of an error of the network or of TLS, which carries no code of the server. */
export function connectionFault(error: unknown, place: string): SqlFault {
  const code = errorCode(error);
  const text = error instanceof Error ? error.message : "unknown error";
  if (code !== undefined && TLS_CODE.test(code)) {
    return new SqlFault(
      "blocked",
      "tls",
      `${place}: the TLS connection failed (${code}: ${text}): check tls.ca_file, tls.cert_file and the server's certificate`,
    );
  }
  const detail = code === undefined || text.includes(code) ? text : code;
  return new SqlFault("unavailable", "network", `${place} cannot be reached: ${detail}`);
}
