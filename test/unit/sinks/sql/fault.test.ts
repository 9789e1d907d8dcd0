/**
 * Goal: a fault becomes the report that makes the lane do the right thing, without contents of lines.
 * Method: faults of every kind, and errors as Node's network and TLS give them.
 */
import { describe, expect, test } from "vitest";
import { connectionFault, reportOn, SqlFault } from "../../../../src/sinks/sql/fault.ts";

describe("a report", () => {
  test.each([
    ["unavailable", "unavailable"],
    ["blocked", "blocked"],
    ["data", "blocked"],
  ] as const)("on a fault that is %s is %s", (kind, outcome) => {
    expect(reportOn(new SqlFault(kind, "why", "what"))).toEqual({ outcome, reason: "why", message: "what" });
  });

  test("is not made of a bug", () => {
    expect(() => reportOn(new TypeError("a bug"))).toThrow("a bug");
  });
});

describe("an error of the connection", () => {
  const coded = (code: string, message = "") => Object.assign(new Error(message), { code });

  test("of the network may pass", () => {
    const fault = connectionFault(coded("ECONNREFUSED", "connect ECONNREFUSED 127.0.0.1:1"), "db:1/a");
    expect(fault).toMatchObject({ kind: "unavailable", reason: "network" });
    expect(fault.message).toBe("db:1/a cannot be reached: connect ECONNREFUSED 127.0.0.1:1");
  });

  test("is named by its code where several addresses were tried and the text is empty", () => {
    expect(connectionFault(coded("ECONNREFUSED"), "db:1/a").message).toBe(
      "db:1/a cannot be reached: ECONNREFUSED",
    );
  });

  test.each([
    "SELF_SIGNED_CERT_IN_CHAIN",
    "CERT_HAS_EXPIRED",
    "ERR_TLS_CERT_ALTNAME_INVALID",
    "EPROTO",
    "HANDSHAKE_SSL_ERROR",
  ])("of TLS needs somebody: %s", (code) => {
    const fault = connectionFault(coded(code, "why"), "db:1/a");
    expect(fault).toMatchObject({ kind: "blocked", reason: "tls" });
    expect(fault.message).toContain(`(${code}: why): check tls.ca_file`);
  });
});
