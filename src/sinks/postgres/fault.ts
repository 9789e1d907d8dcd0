/** Errors of PostgreSQL and of its driver → faults. */
import { connectionFault, SqlFault } from "../sql/fault.ts";

/** What somebody has to do, by SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const BLOCKED: Readonly<Record<string, string>> = {
  "28P01": "check username and password",
  "28000": "check username, tls and the server's pg_hba.conf",
  "3D000": "make the database, or check its name",
  "3F000": "make the schema, or check its name",
  "25006": "this server only reads: name the primary, or end its read-only mode",
  "42501": "give the user the rights that docs/sql.md lists",
  "42P01": "the tables are gone: restart the shipper, which makes them anew",
  "42703": "the tables were changed: undo that, or name another schema",
};

/** Classes of SQLSTATE in which the values of a statement are refused: data, constraints, limits of the program. */
const DATA_CLASSES = ["22", "23", "54"];

/** What a driver's error may have; the rest of it can hold values. */
interface DriverError {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly severity?: unknown;
  readonly column?: unknown;
}

/** @param place host, port and database */
export function postgresFault(error: unknown, place: string): SqlFault {
  const { code, message, severity, column } = error as DriverError;
  // Only the server's own errors have a severity; a code alone may be one of the network.
  if (typeof code !== "string" || severity === undefined) return driverFault(error, place);
  const advice = BLOCKED[code];
  if (advice !== undefined) return new SqlFault("blocked", code, `${place}: ${message}: ${advice}`);
  if (DATA_CLASSES.includes(code.slice(0, 2))) {
    const where = typeof column === "string" ? ` in the column ${column}` : "";
    return new SqlFault("data", code, `PostgreSQL refuses a value${where} (SQLSTATE ${code})`);
  }
  return new SqlFault("unavailable", code, `${place} answers with an error (SQLSTATE ${code})`);
}

/** The driver's own words where the server has no TLS; it gives no code. */
const NO_TLS = "The server does not support SSL connections";

function driverFault(error: unknown, place: string): SqlFault {
  if ((error as DriverError).message === NO_TLS)
    return new SqlFault(
      "blocked",
      "tls",
      `${place} has no TLS: turn it on there, or leave the option tls out`,
    );
  return connectionFault(error, place);
}
