/** What flags and environment variables say instead of the file: a flag wins over a variable, both over the file. */
import type { ConfigPath } from "./json-schema.ts";

/** Values from the command line; undefined where the flag was not given. */
export interface ConfigFlags {
  readonly auditDir?: string | undefined;
  readonly stateDir?: string | undefined;
  readonly logLevel?: string | undefined;
  readonly httpListen?: string | undefined;
  readonly httpToken?: string | undefined;
}

export interface Override {
  readonly path: readonly [string, ...string[]];
  readonly value: string;
  /** `--state-dir` or `MEM0_AUDIT_STATE_DIR`: for messages. */
  readonly origin: string;
}

const OVERRIDABLE: readonly {
  readonly option: keyof ConfigFlags;
  readonly flag: string;
  readonly variable: string;
  readonly path: readonly [string, ...string[]];
}[] = [
  { option: "auditDir", flag: "--audit-dir", variable: "MEM0_AUDIT_DIR", path: ["source", "directory"] },
  { option: "stateDir", flag: "--state-dir", variable: "MEM0_AUDIT_STATE_DIR", path: ["state_dir"] },
  { option: "logLevel", flag: "--log-level", variable: "MEM0_AUDIT_LOG_LEVEL", path: ["log", "level"] },
  {
    option: "httpListen",
    flag: "--http-listen",
    variable: "MEM0_AUDIT_HTTP_LISTEN",
    path: ["http", "listen"],
  },
  { option: "httpToken", flag: "--http-token", variable: "MEM0_AUDIT_HTTP_TOKEN", path: ["http", "token"] },
];

/** The overrides in force. An empty variable counts as not set: compose files pass such on. */
export function findOverrides(
  flags: ConfigFlags,
  environment: Readonly<Record<string, string | undefined>>,
): readonly Override[] {
  return OVERRIDABLE.flatMap(({ option, flag, variable, path }) => {
    const given = flags[option];
    if (given !== undefined) return [{ path, value: given, origin: flag }];
    const value = environment[variable];
    return value ? [{ path, value, origin: variable }] : [];
  });
}

/** `root` with the overrides in it. A section of the wrong kind stays as it is, for validation to refuse. */
export function applyOverrides(
  root: Record<string, unknown>,
  overrides: readonly Override[],
): Record<string, unknown> {
  const result = { ...root };
  for (const { path, value } of overrides) {
    const [section, key] = path;
    const present = result[section] ?? {};
    if (key === undefined) result[section] = value;
    else if (typeof present === "object" && !Array.isArray(present))
      result[section] = { ...present, [key]: value };
  }
  return result;
}

/** Where the value at `path` came from, if not from the file. */
export function originOf(path: ConfigPath, overrides: readonly Override[]): string | undefined {
  return overrides.find((override) => override.path.join("\0") === path.join("\0"))?.origin;
}
