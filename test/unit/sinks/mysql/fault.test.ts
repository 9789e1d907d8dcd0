/**
 * Goal: what MySQL and MariaDB and their driver say becomes a fault with the remedy, and shows no value of a line.
 * Method: errors as the driver gives them.
 */
import { expect, test } from "vitest";
import { mysqlFault } from "../../../../src/sinks/mysql/fault.ts";

const PLACE = "db:3306/audit";
const serverError = (code: string, sqlState: string) =>
  mysqlFault(Object.assign(new Error("near 'secret'"), { code, sqlState, errno: 1 }), PLACE);

test.each([
  ["ER_ACCESS_DENIED_ERROR", "28000", /check username and password/],
  ["ER_BAD_DB_ERROR", "42000", /there is no such database/],
  ["ER_TABLEACCESS_DENIED_ERROR", "42000", /the rights that docs\/sql\.md lists/],
  ["ER_OPTION_PREVENTS_STATEMENT", "HY000", /this server only reads/],
  ["ER_NO_SUCH_TABLE", "42S02", /restart the shipper/],
])("%s needs somebody", (code, state, expected) => {
  const fault = serverError(code, state);
  expect(fault).toMatchObject({ kind: "blocked", reason: code });
  expect(fault.message).toMatch(expected);
});

test.each([
  ["ER_LOCK_DEADLOCK", "40001"],
  ["ER_CON_COUNT_ERROR", "08004"],
  ["ER_LOCK_WAIT_TIMEOUT", "HY000"],
  ["ER_PARSE_ERROR", "42000"],
])("%s may pass, and the server's own text is not shown", (code, state) => {
  expect(serverError(code, state)).toMatchObject({
    kind: "unavailable",
    reason: code,
    message: `db:3306/audit answers with an error (${code})`,
  });
});

test.each([
  ["ER_DATA_TOO_LONG", "22001"],
  ["ER_WARN_DATA_OUT_OF_RANGE", "22003"],
  ["ER_BAD_NULL_ERROR", "23000"],
  ["ER_TRUNCATED_WRONG_VALUE_FOR_FIELD", "HY000"],
  ["ER_NET_PACKET_TOO_LARGE", "08S01"],
])("%s refuses a value", (code, state) => {
  expect(serverError(code, state)).toMatchObject({
    kind: "data",
    reason: code,
    message: `the server refuses a value (${code})`,
  });
});

test("an error without a state is one of the network, or of the handshake", () => {
  const coded = (code: string) => mysqlFault(Object.assign(new Error(code), { code }), PLACE);
  expect(coded("PROTOCOL_CONNECTION_LOST")).toMatchObject({ kind: "unavailable", reason: "network" });
  expect(coded("HANDSHAKE_NO_SSL_SUPPORT")).toMatchObject({ kind: "blocked" });
});
