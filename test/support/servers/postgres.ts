/** A real PostgreSQL: Debian's package, or any other that is installed. */
import { join } from "node:path";
import type { Certificates } from "../certificates.ts";
import {
  type DatabaseProduct,
  type DatabaseServer,
  findProgram,
  givenDatabase,
  startDatabase,
  versionFolders,
} from "./local-server.ts";

const PORT = 5432;

/** Our own user needs no password, all others do. */
const ACCESS = ["host all postgres 127.0.0.1/32 trust", "host all all 127.0.0.1/32 scram-sha-256"];

/** Uses POSTGRES_URL if it is set and no certificates are asked for, else starts a server. */
export async function startPostgres(certificates?: Certificates): Promise<DatabaseServer> {
  const given = process.env["POSTGRES_URL"];
  if (given && certificates === undefined) return givenDatabase(given, PORT);
  const folders = versionFolders("/usr/lib/postgresql", "bin");
  const initdb = findProgram("initdb", folders);
  const postgres = findProgram("postgres", folders);
  if (initdb === undefined || postgres === undefined)
    throw new Error("initdb and postgres are not installed");
  const product: DatabaseProduct = {
    name: "postgres",
    initialise: (directory) => [
      [
        initdb,
        ...["-D", join(directory, "data"), "-U", "postgres", "-A", "trust"],
        ...["-E", "UTF8", "--locale=C", "--no-sync"],
      ],
      ["sh", "-c", `printf '%s\\n' "$@" > '${join(directory, "data", "pg_hba.conf")}'`, "sh", ...ACCESS],
    ],
    command: (directory, port) => [
      postgres,
      ...["-D", join(directory, "data"), "-p", String(port), "-k", directory],
      // The data need not survive a crash of the machine, only one of the server.
      ...["listen_addresses=127.0.0.1", "fsync=off"].flatMap((setting) => ["-c", setting]),
    ],
    // Its fast shutdown.
    stopSignal: "SIGINT",
    username: "postgres",
    tlsOptions: (directory) =>
      [
        "ssl=on",
        `ssl_cert_file=${join(directory, "server.pem")}`,
        `ssl_key_file=${join(directory, "server.key")}`,
      ].flatMap((setting) => ["-c", setting]),
  };
  return startDatabase(product, certificates);
}
