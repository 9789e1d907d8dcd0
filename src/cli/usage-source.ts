/** Where `usage` gets its answers: `--from` the embedded store, the audit files, or a sink of the configuration. */
import type { Config } from "../config/load.ts";
import { keepsRecords, LOCAL_LANE } from "../daemon/lane-plan.ts";
import { documentRules } from "../daemon/rules.ts";
import { StateFolder } from "../daemon/state-folder.ts";
import type { Document } from "../document/document.ts";
import { SINKS } from "../sinks/table.ts";
import { openStoreForReading, openStoreInMemory } from "../store/open.ts";
import { systemClock } from "../system/clock.ts";
import { didYouMean } from "../system/did-you-mean.ts";
import { systemFiles } from "../system/files.ts";
import { globToRegExp } from "../system/glob.ts";
import { readAuditDocuments } from "../usage/audit-documents.ts";
import { FilesUsage } from "../usage/files-source.ts";
import { UsageFault, type UsageSource } from "../usage/source.ts";
import { StoreUsage } from "../usage/store-source.ts";

/** The embedded store, under the name of its lane: asked if nothing is said. */
export const FROM_STORE = LOCAL_LANE;

/** The audit files themselves. */
export const FROM_FILES = "audit-dir";

/** Why `--from` cannot mean anything with this configuration; undefined if it does. */
export function unknownSource(from: string, { sinks }: Config): string | undefined {
  const names = [FROM_STORE, FROM_FILES, ...Object.keys(sinks)];
  if (names.includes(from)) return undefined;
  const meant = didYouMean(from, names);
  const suggestion = meant === undefined ? "" : `: did you mean ${meant}?`;
  return `--from: expected one of ${names.join(", ")}; found "${from}"${suggestion}`;
}

/**
 * Opens the source of a name that is not unknown.
 *
 * @param remark told what a person should know about a source that is empty
 * @throws UsageFault if it cannot be asked
 */
export async function openUsageSource(
  from: string,
  config: Config,
  remark: (sentence: string) => void,
): Promise<UsageSource> {
  if (from === FROM_STORE) return openStore(config, remark);
  if (from === FROM_FILES) return new FilesUsage(() => documentsOf(config));
  return openSink(from, config);
}

function openStore(config: Config, remark: (sentence: string) => void): UsageSource {
  const path = new StateFolder(config.state_dir).store;
  const reading = openStoreForReading(path);
  if (reading.outcome === "unreadable") throw new UsageFault(reading.message);
  if (reading.outcome === "none") remark(noDatabase(config, path));
  const database = reading.outcome === "open" ? reading.database : openStoreInMemory();
  return new StoreUsage(database, keepsRecords(config) ? undefined : () => documentsOf(config));
}

function noDatabase(config: Config, path: string): string {
  if (!config.store.enabled)
    return `The embedded store is off (store.enabled: false): nothing is added up here. Ask with --from ${FROM_FILES} or a sink.`;
  return `Nothing was stored yet: there is no database ${path}. Start the daemon, or look at state_dir.`;
}

/** All documents of the audit files. */
export function documentsOf(config: Config): AsyncIterable<Document> {
  const { directory, include } = config.source;
  const included = globToRegExp(include);
  const folder = { directory, includes: (name: string) => included.test(name) };
  return readAuditDocuments(folder, documentRules(config), systemFiles);
}

async function openSink(name: string, config: Config): Promise<UsageSource> {
  const settings = config.sinks[name];
  const usage = settings && SINKS[settings.type]?.usage;
  if (usage === undefined) throw new UsageFault(noAnswers(name, settings?.type ?? ""));
  return usage(settings, { name, clock: systemClock });
}

function noAnswers(name: string, type: string): string {
  const instead = `leave --from out, or say --from ${FROM_FILES}`;
  return type === "cloudwatch"
    ? `the sink "${name}" cannot be added up from here: run the saved Logs Insights queries that setup makes in CloudWatch, ${instead}`
    : `the sink "${name}" of type ${type} cannot be added up from here: ${instead}`;
}
