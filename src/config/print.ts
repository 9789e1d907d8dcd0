/** The configuration in force as the YAML that would say the same, with every secret masked. */
import { stringify } from "yaml";
import { z } from "zod";
import { writtenModels } from "../cost/models.ts";
import { MASK, maskUserInfo } from "../system/secret.ts";
import { valueAt } from "./explain.ts";
import { type ConfigPath, isSecretAt } from "./json-schema.ts";
import type { Config } from "./load.ts";
import { settingsSchema } from "./schema.ts";

/** A copy of `config` as it is written in a file, secrets and passwords in URLs masked. */
export function maskSecrets(config: Config): unknown {
  const settings = { ...config, models: writtenModels(config.models) };
  return masked(z.encode(settingsSchema, settings), []);
}

function masked(value: unknown, path: ConfigPath): unknown {
  if (value === undefined) return undefined;
  if (isSecretAt(path)) return MASK;
  if (typeof value === "string") return maskUserInfo(value);
  if (Array.isArray(value)) return value.map((item, index) => masked(item, [...path, index]));
  if (typeof value !== "object" || value === null) return value;
  const keys = Object.keys(value);
  // What kind of sink it is comes first, as people write it.
  const ordered = keys.includes("type") ? ["type", ...keys.filter((key) => key !== "type")] : keys;
  return Object.fromEntries(ordered.map((key) => [key, masked(valueAt(value, [key]), [...path, key])]));
}

/** The same as YAML text. */
export function printConfig(config: Config): string {
  return stringify(maskSecrets(config), { lineWidth: 0 });
}
