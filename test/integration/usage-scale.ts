/** Two months of audit lines, the questions that are asked about them, and the answers that a plain count gives. */
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommandLine } from "../../src/cli/command-line.ts";
import { openUsageSource } from "../../src/cli/usage-source.ts";
import { loadConfig } from "../../src/config/load.ts";
import { systemFiles } from "../../src/system/files.ts";
import { DIMENSIONS } from "../../src/usage/dimension.ts";
import { periodBounds } from "../../src/usage/period.ts";
import type { UsageSource } from "../../src/usage/source.ts";
import { dayNumber, TimeZone } from "../../src/usage/time-zone.ts";
import {
  type CountedGroups,
  type CountQuestion,
  type CountRules,
  UsageCount,
} from "../support/usage-count.ts";
import { usageLines } from "../support/usage-lines.ts";
import { FakeTerminal } from "../unit/cli/fake-terminal.ts";

const HAIKU = "us.anthropic.claude-3-5-haiku-20241022-v1:0";
const TITAN = "amazon.titan-embed-text-v2:0";

const RULES: CountRules = {
  rates: {
    [HAIKU]: [800_000n, 4_000_000n],
    [TITAN]: [20_000n, 0n],
    "test.odd": [1_234_567n, 9_876_543n],
    "test.later": [333_333n, 7n],
    "ollama/llama3": [0n, 0n],
  },
  llm: { until: "2026-10-15T07:30:00Z", before: HAIKU, after: "test.later" },
  embedding: TITAN,
  systemAgents: ["agent-07", "agent-31"],
};

/** The same rules, as a configuration says them. */
const PRICES = {
  models: {
    llm: RULES.llm.after,
    embedding: RULES.embedding,
    earlier: [{ until: RULES.llm.until, llm: RULES.llm.before }],
  },
  pricing: {
    system: { agents: RULES.systemAgents },
    overrides: {
      "test.odd": { input_cost_per_million: "1.234567", output_cost_per_million: "9.876543" },
      "test.later": { input_cost_per_million: "0.333333", output_cost_per_million: "0.000007" },
    },
  },
};

const FILTERS: readonly CountQuestion["filters"][] = [
  { agent: "dev" },
  { agent: "dev " },
  { user: "user-3" },
  { organization: "Acme" },
  { key: "ci" },
  { key: "11ee" },
  { route: "memory_search" },
  { route: "system" },
  { model: HAIKU },
  { category: "embedding" },
  { agent: "Dev", route: "memory_create" },
  { user: "user-1", category: "llm", model: "test.odd" },
  { agent: "nobody" },
];

/** Each dimension with each other. */
const PAIRS = DIMENSIONS.flatMap((one, index) =>
  DIMENSIONS.slice(index + 1).map((other) => ask([one, other])),
);

/** Every grouping, alone and in pairs, days of several zones, every filter, and some of them together. */
export const QUESTIONS: readonly CountQuestion[] = [
  ask([]),
  ask([], { includesSystem: false }),
  ...DIMENSIONS.map((dimension) => ask([dimension])),
  ...["Asia/Shanghai", "America/New_York", "Asia/Kathmandu"].map((zone) => ask(["day"], { zone })),
  ...PAIRS,
  ask(["day", "route", "category"], { includesSystem: false, zone: "Europe/Berlin" }),
  ask(["organization", "key", "status"]),
  ask(["day", "agent"], { since: "2026-10-25", until: "2026-11-01", zone: "America/New_York" }),
  ask(["model"], { until: "2026-10-15" }),
  ...FILTERS.map((filters) => ask([], { filters })),
  ...FILTERS.map((filters) => ask(["day"], { filters, zone: "Asia/Shanghai" })),
];

function ask(by: CountQuestion["by"], changes: Partial<CountQuestion> = {}): CountQuestion {
  return { by, zone: "UTC", includesSystem: true, filters: {}, ...changes };
}

/** A question in words, for the names of tests. */
export function wordsOf({ by, zone, since, until, includesSystem, filters }: CountQuestion): string {
  const words = Object.entries({ ...filters, since, until }).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${value}`],
  );
  return [`by ${by.join(",") || "nothing"}`, zone, ...(includesSystem ? [] : ["no system"]), ...words].join(
    " ",
  );
}

/** Audit files in a temporary folder, and configurations that are about them. */
export class UsageAtScale {
  readonly expected: readonly CountedGroups[];
  readonly #directory = mkdtempSync(join(tmpdir(), "usage-scale-"));
  readonly #folder = join(this.#directory, "audit_logs");

  constructor(lines: number, seed: number) {
    mkdirSync(this.#folder);
    this.#write(lines, seed);
    const count = new UsageCount(QUESTIONS, RULES);
    for (const name of readdirSync(this.#folder))
      for (const text of readFileSync(join(this.#folder, name), "utf8").split("\n"))
        if (text !== "") count.add(text);
    this.expected = count.answers();
  }

  #write(count: number, seed: number): void {
    let [file, text] = ["", ""];
    const flush = (): void => {
      if (text !== "") appendFileSync(join(this.#folder, file), text);
      text = "";
    };
    for (const line of usageLines(count, seed)) {
      if (line.fileName !== file) flush();
      file = line.fileName;
      text += `${line.text}\n`;
    }
    flush();
  }

  /** Ships all lines, to the embedded store if there is no sink; returns the exit code and what was said. */
  async ship(name: string, sink?: object): Promise<{ readonly exitCode: number; readonly stderr: string }> {
    const settings = {
      ...PRICES,
      source: { directory: this.#folder },
      state_dir: join(this.#directory, `state-${name}`),
      http: { enabled: false },
      log: { level: "silent" },
      store: { enabled: sink === undefined },
      sinks: sink === undefined ? {} : { [name]: sink },
    };
    writeFileSync(this.#configuration(name), JSON.stringify(settings));
    const terminal = new FakeTerminal();
    const words = ["run", "--once", "--timeout", "30m", "--config", this.#configuration(name)];
    const exitCode = await runCommandLine(words, terminal);
    return { exitCode, stderr: terminal.stderr };
  }

  /** Opens a source that was shipped to, or the files, as `usage --from` does. */
  async open(name: string, from: string): Promise<UsageSource> {
    const file = this.#configuration(name);
    const loaded = await loadConfig({ file, environment: {}, files: systemFiles });
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    return openUsageSource(from, loaded.config, () => undefined);
  }

  remove(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #configuration(name: string): string {
    return join(this.#directory, `${name}.yaml`);
  }
}

/** What a source answers, in the form of the count. */
export async function answerOf(source: UsageSource, question: CountQuestion): Promise<CountedGroups> {
  const { by, since, until, includesSystem, filters } = question;
  const zone = TimeZone.find(question.zone);
  if (zone === undefined) throw new Error(`no zone ${question.zone}`);
  const period = { since: since && dayNumber(since), until: until && dayNumber(until) };
  const bounds = periodBounds({ since: period.since || undefined, until: period.until || undefined }, zone);
  const groups = await source.groups({ ...bounds, includesSystem, filters, zone }, by);
  return new Map(groups.map(({ values, sums }) => [JSON.stringify(values), sums]));
}
