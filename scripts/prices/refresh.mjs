/**
 * Brings `src/cost/catalog.json` up to date with litellm's price map.
 *
 *   node scripts/prices/refresh.mjs [--day YYYY-MM-DD] [--catalog FILE] [--exceptions FILE] [--extract FILE]
 *       [PRICE MAP]
 *
 * PRICE MAP is a wheel of litellm, or a JSON file as `--extract` writes it; without it pip downloads the newest wheel.
 * `--day` is the day of the comparison, by default today's. `--exceptions` says what of the map is wrong, with the reason
 * of each. `--extract` writes what was looked at of the map, for the tests. The same map, day and catalog always give the
 * same file.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { mergeQuotes } from "./merge.mjs";
import { isOfInterest, quotesOf } from "./price-map.mjs";

const MAP_IN_WHEEL = "litellm/model_prices_and_context_window_backup.json";
const MAP_FIELDS = [
  "litellm_provider",
  "mode",
  "input_cost_per_token",
  "output_cost_per_token",
  "cache_read_input_token_cost",
  "cache_creation_input_token_cost",
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    day: { type: "string", default: new Date().toISOString().slice(0, 10) },
    catalog: { type: "string", default: "src/cost/catalog.json" },
    exceptions: { type: "string", default: "scripts/prices/exceptions.json" },
    extract: { type: "string" },
  },
});

/** The version of litellm and its map, from a wheel. */
function readWheel(path) {
  const version = /^litellm-([^-]+)-/.exec(basename(path))?.[1];
  const text = execFileSync("unzip", ["-p", path, MAP_IN_WHEEL], { encoding: "utf8", maxBuffer: 2 ** 28 });
  return { version, map: JSON.parse(text) };
}

function downloadWheel() {
  const folder = mkdtempSync(join(tmpdir(), "litellm-"));
  try {
    execFileSync("pip", ["download", "--quiet", "--no-deps", "--dest", folder, "litellm"], {
      stdio: "inherit",
    });
    const [wheel] = readdirSync(folder).filter((name) => name.endsWith(".whl"));
    return readWheel(join(folder, wheel));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What of the map is looked at: one line for each id. */
function extractOf({ version, map }) {
  const lines = Object.entries(map)
    .filter(([, entry]) => isOfInterest(entry))
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([id, entry]) => {
      const fields = MAP_FIELDS.filter((name) => entry[name] !== undefined).map((name) => [
        name,
        entry[name],
      ]);
      return `  ${JSON.stringify(id)}: ${JSON.stringify(Object.fromEntries(fields))}`;
    });
  return `{"version": ${JSON.stringify(version)}, "map": {\n${lines.join(",\n")}\n}}\n`;
}

const [path] = positionals;
let found;
if (path === undefined) found = downloadWheel();
else if (path.endsWith(".whl")) found = readWheel(path);
else found = JSON.parse(readFileSync(path, "utf8"));

const exceptions = JSON.parse(readFileSync(values.exceptions, "utf8"));
const before = JSON.parse(readFileSync(values.catalog, "utf8"));
const origin = { source: `litellm ${found.version} model_prices_and_context_window`, day: values.day };
const { rows, changes } = mergeQuotes(before, quotesOf(found.map, exceptions), origin);

writeFileSync(values.catalog, `[\n${rows.map((row) => JSON.stringify(row)).join(",\n")}\n]\n`);
if (values.extract !== undefined) writeFileSync(values.extract, extractOf(found));
process.stdout.write(
  `${rows.length} rows: ${changes.confirmed} confirmed, ${changes.changed} changed, ${changes.added} new\n`,
);
