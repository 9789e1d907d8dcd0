/** The daemon's web server: what it answers from, and how people hear where it is. */
import { hostname } from "node:os";
import type { Config } from "../config/load.ts";
import type { AlertsView } from "../daemon/alerts.ts";
import type { Daemon, DaemonPorts } from "../daemon/daemon.ts";
import { keepsRecords, LOCAL_LANE } from "../daemon/lane-plan.ts";
import { laneLagBytes } from "../daemon/status-report.ts";
import { createRoutes } from "../http/routes.ts";
import { type ListenReport, startHttpServer } from "../http/server.ts";
import { keyValues } from "../store/key-values.ts";
import type { Log } from "../system/log.ts";
import { columnsOf, type Dimension } from "../usage/dimension.ts";
import { StoreUsage } from "../usage/store-source.ts";
import type { Terminal } from "./command.ts";

/** Starts the server; undefined if the configuration says there is none. A busy port is a report, not an error. */
export async function startHttp(
  daemon: Daemon,
  alerts: AlertsView,
  config: Config,
  ports: DaemonPorts,
): Promise<ListenReport | undefined> {
  if (!config.http.enabled) return undefined;
  const { clock, log } = ports;
  const isComplete = () =>
    daemon.lanes().every((lane) => lane.name !== LOCAL_LANE || laneLagBytes(lane) === 0);
  const database = daemon.store?.database;
  const usage = database && {
    source: new StoreUsage(database, undefined, () => clock.sleep(0)),
    isComplete,
    keepsRecords: keepsRecords(config),
    knownValues: (dimension: Dimension, limit: number) => keyValues(database, columnsOf([dimension]), limit),
  };
  const routes = createRoutes({ view: daemon, usage, budgets: daemon.budgets, alerts, clock });
  const options = { listen: config.http.listen, token: () => daemon.token, hosts: [hostname()] };
  return startHttpServer(options, { routes, clock, log });
}

/** Says on the terminal and in the log where the page is, or why there is none. */
export function announce(http: ListenReport | undefined, terminal: Terminal, log: Log): void {
  if (http === undefined) return;
  if (http.outcome === "not_listening") {
    log.warn({}, http.message);
    return;
  }
  log.info({ url: http.url }, "the page is ready");
  terminal.out(`mem0-audit-shipper: the page is at ${http.url}\n`);
}
