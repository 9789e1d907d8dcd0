/**
 * Goal: the files of TLS are checked before use.
 * Method: real certificates in a temporary folder.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ConfigurationFault, readTls } from "../../../../src/sinks/http/tls.ts";
import { tlsOptions } from "../../../../src/sinks/options.ts";
import { type Certificates, isOpensslMissing, makeCertificates } from "../../../support/certificates.ts";

describe.skipIf(isOpensslMissing())("the files of TLS", () => {
  let certificates: Certificates;

  beforeAll(() => {
    certificates = makeCertificates();
    writeFileSync(join(certificates.directory, "text"), "no certificate");
  });
  afterAll(() => certificates.remove());

  it.each([
    ["ca_file", "missing.pem", /there is no file .*missing.pem/],
    ["ca_file", ".", /cannot be read \(EISDIR\)/],
    ["key_file", "text", /expected a PEM file/],
  ])("are refused: %s %s", async (option, name, message) => {
    const tls = { [option]: join(certificates.directory, name) };
    const failure = readTls(tlsOptions.parse(tls));
    await expect(failure).rejects.toThrow(message);
    await expect(failure).rejects.toBeInstanceOf(ConfigurationFault);
  });

  it("are refused if key and certificate do not belong together", async () => {
    const tls = {
      cert_file: join(certificates.directory, "server.pem"),
      key_file: join(certificates.directory, "ca.key"),
    };
    await expect(readTls(tlsOptions.parse(tls))).rejects.toThrow(/cannot be used together/);
  });
});
