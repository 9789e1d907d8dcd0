/** Errors of MySQL and MariaDB and of their driver → faults. */
import { connectionFault, SqlFault } from "../sql/fault.ts";

const RIGHTS = "give the user the rights that docs/sql.md lists";
const READ_ONLY = "this server only reads: name the primary, or end its read-only mode";
const CREDENTIALS = "check username and password, and from which hosts the user may come";
const CHANGED = "the tables were changed: undo that, or name another database";
const TABLES = "the tables are gone: restart the shipper, which makes them anew";

/** What somebody has to do, by the server's name for the error. The servers' own texts can hold parts of statements. */
const BLOCKED: Readonly<Record<string, string>> = {
  ER_ACCESS_DENIED_ERROR: CREDENTIALS,
  ER_ACCESS_DENIED_NO_PASSWORD_ERROR: CREDENTIALS,
  ER_HOST_NOT_PRIVILEGED: CREDENTIALS,
  ER_HOST_IS_BLOCKED: "the server blocks this host after failed connections: FLUSH HOSTS there",
  ER_NOT_SUPPORTED_AUTH_MODE: "the user authenticates in a way that is not supported: give it a password",
  ER_MUST_CHANGE_PASSWORD: "the user's password has expired: give it a new one",
  ER_MUST_CHANGE_PASSWORD_LOGIN: "the user's password has expired: give it a new one",
  ER_ACCOUNT_HAS_BEEN_LOCKED: "the user is locked: unlock it",
  ER_BAD_DB_ERROR: "there is no such database: make it, or check its name",
  ER_NO_DB_ERROR: "there is no such database: make it, or check its name",
  ER_DBACCESS_DENIED_ERROR: RIGHTS,
  ER_TABLEACCESS_DENIED_ERROR: RIGHTS,
  ER_COLUMNACCESS_DENIED_ERROR: RIGHTS,
  ER_SPECIFIC_ACCESS_DENIED_ERROR: RIGHTS,
  ER_OPTION_PREVENTS_STATEMENT: READ_ONLY,
  ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION: READ_ONLY,
  ER_READ_ONLY_MODE: READ_ONLY,
  ER_OPEN_AS_READONLY: READ_ONLY,
  ER_NO_SUCH_TABLE: TABLES,
  ER_BAD_FIELD_ERROR: CHANGED,
  ER_NO_DEFAULT_FOR_FIELD: CHANGED,
  ER_SECURE_TRANSPORT_REQUIRED: "the server takes encrypted connections only: set tls",
  HANDSHAKE_NO_SSL_SUPPORT: "the server has no TLS: turn it on there, or leave the option tls out",
};

/** Values that are refused, besides those that SQLSTATE tells. */
const DATA = ["ER_NET_PACKET_TOO_LARGE", "ER_TRUNCATED_WRONG_VALUE_FOR_FIELD", "ER_TOO_BIG_ROWSIZE"];

/** Errors of MariaDB that the driver, which goes by MySQL's numbers, does not name. */
const MARIADB_NAMES: Readonly<Record<number, string>> = { 4151: "ER_ACCOUNT_HAS_BEEN_LOCKED" };

/** The server's own errors have a SQLSTATE, those of the network none. */
interface DriverError {
  readonly code?: unknown;
  readonly errno?: unknown;
  readonly sqlState?: unknown;
}

/** @param place host, port and database */
export function mysqlFault(error: unknown, place: string): SqlFault {
  const { code, errno, sqlState } = error as DriverError;
  const name = MARIADB_NAMES[Number(errno)] ?? (typeof code === "string" ? code : `SQLSTATE ${sqlState}`);
  const advice = BLOCKED[name];
  if (advice !== undefined) return new SqlFault("blocked", name, `${place}: ${advice} (${name})`);
  if (typeof sqlState !== "string" || sqlState === "") return connectionFault(error, place);
  if (/^2[23]/.test(sqlState) || DATA.includes(name))
    return new SqlFault("data", name, `the server refuses a value (${name})`);
  return new SqlFault("unavailable", name, `${place} answers with an error (${name})`);
}
