/** Makes the sinks of a database out of their options. */
import type { Sink } from "../sink.ts";
import type { SinkContext } from "../table.ts";
import { Committer } from "./committer.ts";
import type { SqlOptions } from "./options.ts";
import { SqlReplaySink } from "./replay-sink.ts";
import { type SqlServer, sessionWith } from "./server.ts";
import { SqlSink, type SqlSinkPorts, type SqlSinkSettings } from "./sink.ts";

/** The sink of a lane. Nothing is sent yet. */
export function createSqlSink(options: SqlOptions, context: SinkContext, server: SqlServer): Sink {
  return new SqlSink(settingsOf(options), portsOf(options, context, server));
}

/** The sink that takes dead letters back. Nothing is sent yet. */
export function createSqlReplaySink(options: SqlOptions, context: SinkContext, server: SqlServer): Sink {
  return new SqlReplaySink(settingsOf(options), portsOf(options, context, server));
}

function settingsOf({ batch, create, request_timeout, retention_days }: SqlOptions): SqlSinkSettings {
  return {
    limits: {
      recordsMax: batch.max_records,
      bytesMax: batch.max_bytes,
      waitMsMax: batch.max_wait,
      inFlightMax: 1,
    },
    create,
    timeoutMs: request_timeout,
    retentionDays: retention_days,
  };
}

function portsOf(options: SqlOptions, { clock, instance }: SinkContext, server: SqlServer): SqlSinkPorts {
  const { dialect } = server;
  return {
    session: sessionWith(server, options.tls, clock),
    dialect,
    committer: new Committer(dialect, { instance, keepsRecords: options.records }),
    clock,
  };
}
