/** `alerts list`: what fires, what is over, what each rule and channel does, out of what the daemon remembers. */
import picocolors from "picocolors";
import type { Severity } from "../alert/alert.ts";
import { type AlertsReport, alertsReport } from "../alert/report.ts";
import { readAlertState } from "../alert/state-file.ts";
import type { Config } from "../config/load.ts";
import { alertSender } from "../daemon/alert-sender.ts";
import { StateFolder } from "../daemon/state-folder.ts";
import { systemFiles } from "../system/files.ts";
import type { ExitCode, Terminal } from "./command.ts";
import { renderTable, withoutControls } from "./table.ts";

const RESOLVED_SHOWN = 10;

/** Answers for the state folder of `config`. */
export async function listAlerts(config: Config, asJson: boolean, terminal: Terminal): Promise<ExitCode> {
  const { alerts: path } = new StateFolder(config.state_dir);
  const read = config.alerts === undefined ? "none" : await readAlertState(path, systemFiles);
  if (read === "damaged") terminal.err(`${path} cannot be read; a daemon begins it anew when it starts\n`);
  const report = alertsReport(typeof read === "object" ? read : undefined, alertSender(config));
  if (asJson) terminal.out(`${JSON.stringify(report, null, 2)}\n`);
  else printReport(report, config.alerts !== undefined, terminal);
  return 0;
}

function printReport(report: AlertsReport, isConfigured: boolean, terminal: Terminal): void {
  if (!report.enabled) {
    terminal.out(
      isConfigured
        ? "No daemon has watched yet.\n"
        : "Alerts are off: the configuration has no alerts. An empty one (alerts: {}) tells them in the log.\n",
    );
    return;
  }
  terminal.out(report.firing.length === 0 ? "Nothing fires.\n" : `${report.firing.length} firing:\n`);
  for (const alert of report.firing) terminal.out(alertLines(alert, terminal));
  if (report.resolved.length > 0) terminal.out("\nOver:\n");
  for (const { title, starts_at, ends_at } of report.resolved.slice(0, RESOLVED_SHOWN))
    terminal.out(`  ${withoutControls(title)}  ${starts_at} to ${ends_at}\n`);
  terminal.out("\n");
  const rules = report.rules.map(({ rule, state, note }) => [rule, state.replace("_", " "), note]);
  const ruleColumns = [{ title: "rule" }, { title: "state" }, { title: "" }];
  terminal.out(renderTable({ columns: ruleColumns, rows: rules }, terminal));
  terminal.out("\n");
  const channels = report.channels.map(({ name, waiting, last_error }) => [name, waiting, last_error ?? ""]);
  const channelColumns = [
    { title: "channel" },
    { title: "waiting", isNumber: true },
    { title: "last error" },
  ];
  terminal.out(renderTable({ columns: channelColumns, rows: channels }, terminal));
}

function alertLines(
  { severity, title, text, starts_at, told }: AlertsReport["firing"][number],
  terminal: Terminal,
): string {
  const colors = picocolors.createColors(terminal.isInteractive && !terminal.environment["NO_COLOR"]);
  const paint: Record<Severity, (text: string) => string> = {
    critical: colors.red,
    warning: colors.yellow,
    info: colors.dim,
  };
  const quiet = told ? "" : ", not told";
  return `  ${paint[severity](severity)}  ${withoutControls(title)}  (since ${starts_at}${quiet})\n    ${withoutControls(text)}\n`;
}
