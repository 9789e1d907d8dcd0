/**
 * Options of every sink that writes into a search server: `endpoints`, `index`, `template`, `dataStream` (as
 * `data_stream`, together with the check `checkDataStream` on the whole), `requestTimeout`.
 */
import { z } from "zod";
import { duration } from "../../system/units.ts";
import { indexNameProblem } from "./index-name.ts";

const endpoint = z.url({ protocol: /^https?$/, error: "expected a URL like https://search:9200" });

export const endpoints = z
  .array(endpoint)
  .min(1)
  .check(({ value, issues }) => {
    // What is no address has been told already, and has no origin to compare.
    const origins = value
      .filter((text) => endpoint.safeParse(text).success)
      .map((text) => new URL(text).origin);
    if (new Set(origins).size < origins.length) {
      issues.push({ code: "custom", input: value, message: "expected each server once, found one twice" });
    }
  })
  .meta({
    description: "Addresses of the nodes of one cluster. They take turns, and one that is down is left out.",
    examples: [["https://search:9200"]],
  });

export const index = z
  .string()
  .check(({ value, issues }) => {
    const message = indexNameProblem(value);
    if (message !== undefined) issues.push({ code: "custom", input: value, message });
  })
  .default("mem0-audit-logs-{yyyy.MM.dd}")
  .meta({
    description:
      "Name of the index, with the day of the file in it; the record's day (UTC) where the file's name has none.",
  });

export const template = z.enum(["auto", "off"]).default("auto").meta({
  description: "`auto`: put the index template at start if the server has none of that name.",
});

export const dataStream = z.boolean().default(false).meta({
  description:
    "Whether `index` is the name of a data stream, without a day. Ids are unique in each of its backing indices only: what is sent again after a rollover is stored twice.",
});

/** Refuses a data stream whose name has a day in it. */
export function checkDataStream({
  value,
  issues,
}: z.core.ParsePayload<{ readonly index: string; readonly data_stream: boolean }>): void {
  if (!value.data_stream || !value.index.includes("{")) return;
  issues.push({
    code: "custom",
    path: ["index"],
    input: value.index,
    message: `expected the name of a data stream without a day, like mem0-audit-logs, found "${value.index}"`,
  });
}

export const requestTimeout = duration({ min: "1s", max: "10m" })
  .prefault("60s")
  .meta({ description: "How long one request may take, its answer included." });
