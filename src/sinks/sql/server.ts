/** A database of either product, and what sinks and questions need to work with it. */
import type { Clock } from "../../system/clock.ts";
import { ConfigurationFault, readTls, type TlsMaterial } from "../http/tls.ts";
import type { TlsOptions } from "../options.ts";
import type { SqlConnection } from "./connection.ts";
import type { SqlDialect } from "./dialect.ts";
import { SqlFault } from "./fault.ts";
import { SqlSession } from "./session.ts";

export interface SqlServer {
  readonly dialect: SqlDialect;
  /** Host, port and database, for messages. */
  readonly place: string;
  /** Makes a connection that is not open yet. */
  readonly connection: (tls: TlsMaterial | undefined) => SqlConnection;
}

/** A session with the server; the files that `tls` names are read for each connection. */
export function sessionWith(
  { place, connection }: SqlServer,
  tls: TlsOptions | undefined,
  clock: Clock,
): SqlSession {
  return new SqlSession({
    makeConnection: async () => connection(tls && (await readFiles(tls))),
    clock,
    place,
  });
}

async function readFiles(tls: TlsOptions): Promise<TlsMaterial> {
  try {
    return await readTls(tls);
  } catch (error) {
    if (error instanceof ConfigurationFault) throw new SqlFault("blocked", "tls", error.message);
    throw error;
  }
}
