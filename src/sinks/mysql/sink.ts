/** The sinks of type `mysql`. */

import type { UsageSource } from "../../usage/source.ts";
import type { Presence } from "../presence.ts";
import type { Sink } from "../sink.ts";
import { createSqlReplaySink, createSqlSink } from "../sql/create.ts";
import { describePlace, placeOf } from "../sql/options.ts";
import { SqlPresence } from "../sql/presence.ts";
import type { SqlServer } from "../sql/server.ts";
import { sqlUsage } from "../sql/usage.ts";
import type { SinkContext, UsageContext } from "../table.ts";
import { MysqlConnection } from "./connection.ts";
import { mysqlDialect } from "./dialect.ts";
import { MYSQL_PORT, type MysqlOptions } from "./options.ts";

/** Makes the sink of a lane. Nothing is sent yet. */
export async function createMysqlSink(options: MysqlOptions, context: SinkContext): Promise<Sink> {
  return createSqlSink(options, context, serverOf(options));
}

/** Makes the sink that takes dead letters back. Nothing is sent yet. */
export async function createMysqlReplaySink(options: MysqlOptions, context: SinkContext): Promise<Sink> {
  return createSqlReplaySink(options, context, serverOf(options));
}

/** Opens the database for questions. Rejects with a `UsageFault` that says what is in the way. */
export function mysqlUsage(options: MysqlOptions, context: UsageContext): Promise<UsageSource> {
  return sqlUsage(options, context, serverOf(options));
}

/** Opens the database for looking which lines it holds. Nothing is asked yet. */
export async function mysqlPresence(options: MysqlOptions, context: SinkContext): Promise<Presence> {
  return new SqlPresence(options, context, serverOf(options));
}

function serverOf(options: MysqlOptions): SqlServer {
  const place = placeOf(options, MYSQL_PORT);
  const name = describePlace(place);
  return {
    dialect: mysqlDialect(place.database, name),
    place: name,
    connection: (tls) => new MysqlConnection(place, tls),
  };
}
