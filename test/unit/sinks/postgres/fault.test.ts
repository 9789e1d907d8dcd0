/**
 * Goal: what PostgreSQL and its driver say becomes a fault with the remedy, and shows no value of a line.
 * Method: errors as the driver gives them.
 */
import { expect, test } from "vitest";
import { postgresFault } from "../../../../src/sinks/postgres/fault.ts";

const PLACE = "db:5432/audit";
const serverError = (code: string, message = "secret", members: object = {}) =>
  postgresFault(Object.assign(new Error(message), { code, severity: "ERROR", ...members }), PLACE);

test.each([
  ["28P01", 'password authentication failed for user "x"', /user "x": check username and password$/],
  ["3D000", 'database "audit" does not exist', /does not exist: make the database/],
  ["42501", "permission denied for table record", /: give the user the rights that docs\/sql\.md lists$/],
  ["25006", "cannot execute INSERT in a read-only transaction", /name the primary/],
  ["42P01", 'relation "record" does not exist', /restart the shipper/],
])("%s needs somebody", (code, message, expected) => {
  expect(serverError(code, message)).toMatchObject({ kind: "blocked", reason: code });
  expect(serverError(code, message).message).toMatch(expected);
});

test.each(["40001", "40P01", "53300", "57P01", "57P03", "53100", "XX000", "08006"])("%s may pass", (code) => {
  const fault = serverError(code);
  expect(fault).toMatchObject({ kind: "unavailable", reason: code });
  expect(fault.message).toBe(`db:5432/audit answers with an error (SQLSTATE ${code})`);
});

test.each(["22001", "22021", "23502", "54000"])("%s refuses a value, which is not shown", (code) => {
  const fault = serverError(code, "secret", { column: "agent_id", detail: "secret" });
  expect(fault).toMatchObject({ kind: "data", reason: code });
  expect(fault.message).toBe(`PostgreSQL refuses a value in the column agent_id (SQLSTATE ${code})`);
});

test("an error without a severity is not the server's", () => {
  const refused = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
  expect(postgresFault(refused, PLACE)).toMatchObject({ kind: "unavailable", reason: "network" });
  const noTls = postgresFault(new Error("The server does not support SSL connections"), PLACE);
  expect(noTls).toMatchObject({ kind: "blocked", reason: "tls" });
});
