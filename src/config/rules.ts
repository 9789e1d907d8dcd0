/** What must hold between several keys: the schema sees each alone. */
import { isAbsolute, relative, resolve } from "node:path";
import { type Explanation, valueAt } from "./explain.ts";
import { isLoopback } from "./listen.ts";
import type { Settings } from "./schema.ts";

/** Every rule that `settings` break. */
export function brokenRules(settings: Settings): readonly Explanation[] {
  return [
    ...hashNeedsKey(settings),
    ...aliasesNeedKey(settings),
    ...publicAddressNeedsToken(settings),
    ...someDestination(settings),
    ...stateOutsideAudit(settings),
    ...bodiesOutsideAudit(settings),
    ...retryRange(settings),
    ...oneSinkForEachStream(settings),
  ];
}

function hashNeedsKey({ redact, redact_key }: Settings): readonly Explanation[] {
  if (redact_key !== undefined) return [];
  return Object.entries(redact)
    .filter(([, rule]) => rule === "hash")
    .map(([field]) => ({
      path: ["redact", field],
      part: "value",
      message: 'the rule "hash" needs redact_key; set redact_key to a secret of your own',
    }));
}

function aliasesNeedKey({ attribution, redact_key }: Settings): readonly Explanation[] {
  if (redact_key !== undefined || Object.keys(attribution.keys).length === 0) return [];
  const message = "the hashes of API keys are made with redact_key; set redact_key to a secret of your own";
  return [{ path: ["attribution", "keys"], part: "key", message }];
}

function publicAddressNeedsToken({ http }: Settings): readonly Explanation[] {
  if (!http.enabled || http.token !== undefined || isLoopback(http.listen.host)) return [];
  const message = `the address ${http.listen.host} can be reached from elsewhere; set http.token, or listen on 127.0.0.1`;
  return [{ path: ["http", "listen"], part: "value", message }];
}

function someDestination({ store, sinks }: Settings): readonly Explanation[] {
  if (store.enabled || Object.keys(sinks).length > 0) return [];
  return [
    {
      path: ["store", "enabled"],
      part: "value",
      message: "nothing is delivered anywhere; add a sink or enable the store",
    },
  ];
}

/** The audit folder is only read, and what is in it would be shipped. */
function stateOutsideAudit({ source, state_dir }: Settings): readonly Explanation[] {
  if (resolve(source.directory) !== resolve(state_dir)) return [];
  return [
    {
      path: ["state_dir"],
      part: "value",
      message: "expected another folder than source.directory, which is only read",
    },
  ];
}

function bodiesOutsideAudit({ source, bodies }: Settings): readonly Explanation[] {
  if (bodies?.store !== "file" || bodies.directory === undefined) return [];
  if (resolve(source.directory) !== resolve(bodies.directory)) return [];
  const message = "expected another folder than source.directory, which is only read";
  return [{ path: ["bodies", "directory"], part: "value", message }];
}

function retryRange({ sinks, bodies }: Settings): readonly Explanation[] {
  const retries = Object.entries(sinks).map(([name, { retry }]) => ({ path: ["sinks", name], retry }));
  return [...retries, ...(bodies === undefined ? [] : [{ path: ["bodies"], retry: bodies.retry }])]
    .filter(({ retry }) => retry.initial > retry.max)
    .map(({ path }) => ({
      path: [...path, "retry", "initial"],
      part: "value",
      message: "expected at most retry.max",
    }));
}

/** CloudWatch Logs keeps every copy, so two sinks on one stream would have each line there twice. */
function oneSinkForEachStream({ sinks }: Settings): readonly Explanation[] {
  const owners = new Map<string, string>();
  return Object.entries(sinks).flatMap(([name, sink]) => {
    if (sink.type !== "cloudwatch") return [];
    const keys = ["region", "endpoint", "log_group", "log_stream"];
    const stream = JSON.stringify(keys.map((key) => valueAt(sink, [key])));
    const owner = owners.get(stream);
    owners.set(stream, owner ?? name);
    if (owner === undefined) return [];
    const message = `expected another log_group or log_stream than that of ${owner}: each line would be there twice`;
    return [{ path: ["sinks", name], part: "key" as const, message }];
  });
}

/** What is allowed but hardly meant. */
export function doubts({ alerts, source, state_dir, sinks, redact, bodies }: Settings): readonly string[] {
  const way = relative(resolve(source.directory), resolve(state_dir));
  const isInside = !way.startsWith("..") && !isAbsolute(way);
  const connections = [
    ...Object.entries(sinks).map(([name, sink]) => [`sinks.${name}`, sink] as const),
    ...Object.entries(alerts?.channels ?? {}).map(([name, one]) => [`alerts.channels.${name}`, one] as const),
  ];
  const unverified = connections
    .filter(([, options]) => valueAt(options, ["tls", "verify"]) === false)
    .map(([key]) => `${key}.tls.verify is off: anybody on the way can read and change what is sent`);
  return [
    ...(isInside
      ? [`state_dir (${state_dir}) lies in source.directory, which is meant for the service alone`]
      : []),
    ...unverified,
    ...(bodies === undefined ? [] : keptAllTheSame(redact)),
  ];
}

/** Rules of redaction are about documents; somebody who drops a text by name may mean everywhere. */
function keptAllTheSame(redact: Settings["redact"]): readonly string[] {
  return ["query", "results", "results[].memory"]
    .filter((field) => redact[field] === "drop")
    .map(
      (field) => `redact drops ${field} from documents alone: it is kept in the bodies of retrieval details`,
    );
}
