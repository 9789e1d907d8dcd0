/** Throw-away certificates for 127.0.0.1, made by openssl. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Certificates {
  /** Where `ca.pem` of the authority is, and `server.pem` and `server.key` that it signed. */
  readonly directory: string;
  readonly caFile: string;
  readonly cert: Buffer;
  readonly key: Buffer;
  remove(): void;
}

/** True, and told, if none can be made here: tests that need them are skipped, unless MEM0_TEST_REQUIRE_SERVERS=1. */
export function isOpensslMissing(): boolean {
  if (spawnSync("openssl", ["version"]).status === 0) return false;
  const message = "TLS is not tested, because there is no openssl";
  if (process.env["MEM0_TEST_REQUIRE_SERVERS"] === "1") throw new Error(message);
  console.warn(`SKIPPED: ${message}`);
  return true;
}

export function makeCertificates(): Certificates {
  const directory = mkdtempSync(join(tmpdir(), "certificates-"));
  const openssl = (command: string) =>
    execFileSync("openssl", command.split(" "), { cwd: directory, stdio: "pipe" });
  const newKey = "-newkey rsa:2048 -nodes";
  openssl(
    `req -x509 ${newKey} -days 2 -subj /CN=test-authority -keyout ca.key -out ca.pem ` +
      "-addext basicConstraints=critical,CA:TRUE -addext keyUsage=keyCertSign",
  );
  openssl(`req ${newKey} -subj /CN=localhost -keyout server.key -out server.csr`);
  writeFileSync(join(directory, "extensions"), "subjectAltName=IP:127.0.0.1\n");
  openssl(
    "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile extensions -out server.pem",
  );
  return {
    directory,
    caFile: join(directory, "ca.pem"),
    cert: readFileSync(join(directory, "server.pem")),
    key: readFileSync(join(directory, "server.key")),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
