/** A real MariaDB: Debian's package, or any other that is installed. */
import { join } from "node:path";
import type { Certificates } from "../certificates.ts";
import {
  type DatabaseProduct,
  type DatabaseServer,
  findProgram,
  givenDatabase,
  startDatabase,
} from "./local-server.ts";

const PORT = 3306;

/** Uses MYSQL_URL, which may name a MySQL, if it is set and no certificates are asked for, else starts a MariaDB. */
export async function startMariaDb(certificates?: Certificates): Promise<DatabaseServer> {
  const given = process.env["MYSQL_URL"];
  if (given && certificates === undefined) return givenDatabase(given, PORT);
  const folders = ["/usr/sbin", "/usr/bin"];
  const install = findProgram("mariadb-install-db", folders);
  const mariadbd = findProgram("mariadbd", folders);
  if (install === undefined || mariadbd === undefined)
    throw new Error("mariadb-install-db and mariadbd are not installed");
  const product: DatabaseProduct = {
    name: "mariadb",
    initialise: (directory) => [
      [
        ...[install, "--no-defaults", `--datadir=${join(directory, "data")}`],
        ...["--auth-root-authentication-method=normal", "--skip-test-db"],
      ],
    ],
    command: (directory, port) => [
      ...[mariadbd, "--no-defaults", `--datadir=${join(directory, "data")}`, `--port=${port}`],
      ...[`--socket=${join(directory, "socket")}`, `--pid-file=${join(directory, "pid")}`],
      ...["--bind-address=127.0.0.1", "--skip-name-resolve", "--innodb-buffer-pool-size=64M"],
      // The data need not survive a crash of the machine, only one of the server.
      "--innodb-flush-log-at-trx-commit=2",
    ],
    stopSignal: "SIGTERM",
    username: "root",
    tlsOptions: (directory) => [
      `--ssl-ca=${join(directory, "ca.pem")}`,
      `--ssl-cert=${join(directory, "server.pem")}`,
      `--ssl-key=${join(directory, "server.key")}`,
    ],
  };
  return startDatabase(product, certificates);
}
