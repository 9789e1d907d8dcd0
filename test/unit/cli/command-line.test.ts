/**
 * Goal: words become a command with its options, or help, or one clear sentence and exit code 2.
 * Method: a table of two commands that remember what they were called with; a fake terminal.
 */
import { beforeEach, describe, expect, test } from "vitest";
import { type CommonOptions, command, type ExitCode } from "../../../src/cli/command.ts";
import { runCommandLine } from "../../../src/cli/command-line.ts";
import { COMMANDS, type CommandEntry } from "../../../src/cli/commands.ts";
import { FakeTerminal } from "./fake-terminal.ts";

let calls: { name: string; options: CommonOptions }[] = [];
let loaded: string[] = [];
beforeEach(() => {
  calls = [];
  loaded = [];
});

const RUN = command({
  usage: "run",
  description: "be the daemon",
  build: (parser) => parser.option("once", { type: "boolean", describe: "ship what is there" }),
  run: async (options) => called("run", options, 0),
});
const USAGE = command({
  usage: "usage [question]",
  description: "answer questions",
  build: (parser) =>
    parser
      .positional("question", { type: "string", choices: ["slowest", "errors"] })
      .option("limit", { type: "number" })
      .option("unit", { choices: ["ms"] })
      .option("order", { choices: ["time", "cost", "calls"] })
      .option("by", { type: "string" }),
  run: async (options) => called("usage", options, 1),
});
const BROKEN = command({
  usage: "broken",
  description: "throw",
  build: (parser) => parser,
  run: async () => {
    throw new Error("a bug");
  },
});
const TABLE: Readonly<Record<string, CommandEntry>> = {
  run: entry(RUN),
  usage: entry(USAGE),
  broken: entry(BROKEN),
};

function entry(definition: typeof RUN): CommandEntry {
  const { usage, description } = definition;
  const load = async () => {
    loaded.push(usage);
    return definition;
  };
  return { usage, description, load };
}

function called(name: string, options: CommonOptions, exitCode: ExitCode): ExitCode {
  calls.push({ name, options });
  return exitCode;
}

async function run(...words: string[]) {
  const terminal = new FakeTerminal();
  const exitCode = await runCommandLine(words, terminal, TABLE);
  return { exitCode, stdout: terminal.stdout, stderr: terminal.stderr };
}

test("without a word the daemon runs, with its options", async () => {
  expect(await run("--once", "--state-dir", "/state")).toMatchObject({ exitCode: 0, stdout: "", stderr: "" });
  expect(calls).toMatchObject([{ name: "run", options: { once: true, stateDir: "/state" } }]);
});

test("options may stand before the command, and a value that is a command's name is a value", async () => {
  expect((await run("-c", "usage", "usage", "slowest", "--limit", "3", "--json")).exitCode).toBe(1);
  expect(calls).toMatchObject([
    { name: "usage", options: { config: "usage", question: "slowest", limit: 3, json: true } },
  ]);
});

test("of an option given twice the last one wins", async () => {
  await run("usage", "--config", "a", "-c", "b");
  expect(calls[0]?.options.config).toBe("b");
});

test("only the command that runs is loaded, and none for help", async () => {
  await run("usage");
  expect(loaded).toEqual(["usage [question]"]);
  loaded = [];
  await run("--help");
  await run("--version");
  expect(loaded).toEqual([]);
});

test("help names every command, the common options and the exit codes", async () => {
  const { exitCode, stdout, stderr } = await run("--help");
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  for (const part of [
    "usage [question]",
    "answer questions",
    "--config",
    "MEM0_AUDIT_DIR",
    "--json",
    "Exit codes",
  ]) {
    expect(stdout).toContain(part);
  }
  expect((await run("-h")).stdout).toBe(stdout);
});

test("help says where to begin, with commands that there are", async () => {
  const terminal = new FakeTerminal();
  await runCommandLine(["--help"], terminal);
  const [, examples = ""] = terminal.stdout.split("Examples:\n");
  const named = [...examples.matchAll(/^ {2}mem0-audit-shipper (\w+)/gm)].map(([, name]) => name);
  expect(new Set(named)).toEqual(new Set(["demo", "run", "usage", "check"]));
  for (const name of named) expect(Object.keys(COMMANDS)).toContain(name);
});

test("help of a command names its own options and runs nothing", async () => {
  const { exitCode, stdout } = await run("usage", "--help");
  expect(exitCode).toBe(0);
  expect(stdout).toContain("--limit");
  expect(stdout).toContain("--state-dir");
  expect(calls).toEqual([]);
});

test("the version is one line", async () => {
  const { exitCode, stdout } = await run("--version");
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\S*\n$/);
});

test.each([
  [["usgae"], 'unknown command "usgae"; did you mean "usage"?', "mem0-audit-shipper --help"],
  [["frobnicate"], 'unknown command "frobnicate"; there are run, usage, broken', "mem0-audit-shipper --help"],
  [
    ["constructor"],
    'unknown command "constructor"; there are run, usage, broken',
    "mem0-audit-shipper --help",
  ],
  [
    ["usage", "--limti", "3"],
    "unknown option --limti; did you mean --limit?",
    "mem0-audit-shipper usage --help",
  ],
  [
    ["usage", "--stat-dir=x"],
    "unknown option --stat-dir; did you mean --state-dir?",
    "mem0-audit-shipper usage --help",
  ],
  [["run", "-x"], "unknown option -x", "mem0-audit-shipper run --help"],
  [["run", "extra"], 'unexpected argument "extra"', "mem0-audit-shipper run --help"],
  [["--once", "--nce"], "unknown option --nce; did you mean --once?", "mem0-audit-shipper run --help"],
  [["run", "--config"], "Not enough arguments following: config", "mem0-audit-shipper run --help"],
  [
    ["usage", "slowst"],
    'slowst: expected slowest or errors; did you mean "slowest"?',
    "mem0-audit-shipper usage --help",
  ],
  [["usage", "the best"], '"the best": expected slowest or errors', "mem0-audit-shipper usage --help"],
  [["usage", ""], '"": expected slowest or errors', "mem0-audit-shipper usage --help"],
  [
    ["usage", "a, Choices: b\n"],
    '"a, Choices: b\\n": expected slowest or errors',
    "mem0-audit-shipper usage --help",
  ],
  [["usage", "--unit", "h"], '--unit: expected ms, found "h"', "mem0-audit-shipper usage --help"],
  [
    ["usage", "--order", "costs"],
    '--order: expected time, cost or calls, found "costs"; did you mean "cost"?',
    "mem0-audit-shipper usage --help",
  ],
  [
    ["usage", "worst", "--order", "size"],
    '--order: expected time, cost or calls, found "size"',
    "mem0-audit-shipper usage --help",
  ],
  [["usage", "--limit", "many"], "--limit: expected a number", "mem0-audit-shipper usage --help"],
])("%j is wrong usage", async (words, message, help) => {
  const { exitCode, stdout, stderr } = await run(...words);
  expect(stderr).toBe(`mem0-audit-shipper: ${message}\nSee \`${help}\`.\n`);
  expect({ exitCode, stdout, calls }).toEqual({ exitCode: 2, stdout: "", calls: [] });
});

test("what a command throws is told, and the exit code is 1", async () => {
  const { exitCode, stderr } = await run("broken");
  expect(exitCode).toBe(1);
  expect(stderr).toContain("unexpected error: Error: a bug\n    at ");
});

test("what the system refuses is told in one line", async () => {
  const refuses = async () => {
    throw Object.assign(new Error("EACCES: permission denied, open '/state'"), { code: "EACCES" });
  };
  const terminal = new FakeTerminal();
  expect(await runCommandLine(["run"], terminal, { run: entry({ ...RUN, run: refuses }) })).toBe(1);
  expect(terminal.stderr).toBe("mem0-audit-shipper: EACCES: permission denied, open '/state'\n");
});

describe.each(Object.keys(COMMANDS))("the real command %s", (name) => {
  test("has help that suffices", async () => {
    const terminal = new FakeTerminal();
    expect(await runCommandLine([name, "--help"], terminal)).toBe(0);
    expect(terminal.stdout).toContain(`mem0-audit-shipper ${name}`);
    expect(terminal.stdout).toContain("--config");
  });

  test("refuses an option that nobody has", async () => {
    const terminal = new FakeTerminal();
    expect(await runCommandLine([name, "--no-such-option-anywhere"], terminal)).toBe(2);
    expect(terminal.stdout).toBe("");
  });
});
