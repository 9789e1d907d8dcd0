/**
 * Goal: `setup` tells each step in a line or as JSON, prints what a dry run would send, and answers by its exit code.
 * Method: a configuration in a temporary folder; a kind of sink whose plan is given by the test; a terminal that remembers.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type SetupOptions, setUp } from "../../../src/cli/setup.ts";
import type { SetupState, SetupStep } from "../../../src/sinks/setup.ts";
import { SINKS } from "../../../src/sinks/table.ts";
import { systemClock } from "../../../src/system/clock.ts";
import { FakeTerminal } from "./fake-terminal.ts";

const TWO_SINKS = `sinks:
  search: {type: opensearch, endpoints: ["http://a:9200"]}
  archive: {type: opensearch, endpoints: ["http://b:9200"]}
`;

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "setup-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function stepIn(state: SetupState): SetupStep {
  return { title: 'index template "logs"', examine: async () => state, apply: async () => undefined };
}

async function setup(
  states: readonly SetupState[],
  options: Partial<SetupOptions> = {},
  configuration = TWO_SINKS,
  terminal = new FakeTerminal(),
) {
  const config = join(directory, "config.yaml");
  writeFileSync(config, configuration);
  const openSearch = SINKS["opensearch"];
  if (openSearch === undefined) throw new Error("there is no such kind");
  const plan = { steps: states.map(stepIn), close: async () => undefined };
  const kinds = { opensearch: { ...openSearch, setup: async () => plan } };
  const exitCode = await setUp({ config, dryRun: false, ...options }, terminal, {
    clock: systemClock,
    kinds,
  });
  return { exitCode, stdout: terminal.stdout, stderr: terminal.stderr };
}

const MISSING: SetupState = {
  state: "missing",
  requests: [{ operation: "PUT /_index_template/logs", body: { priority: 210 } }],
};

test("every step is a line", async () => {
  const skipped: SetupState = { state: "skipped", message: "this server has no ISM" };
  const { exitCode, stdout, stderr } = await setup([MISSING, { state: "present" }, skipped], {
    sink: "search",
  });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(stdout.split("\n")).toEqual([
    "sink search",
    '  created        index template "logs"',
    '  already there  index template "logs"',
    '  skipped        index template "logs": this server has no ISM',
    "",
  ]);
});

test("a dry run prints the requests", async () => {
  const { exitCode, stdout } = await setup([MISSING], { dryRun: true, sink: "archive" });
  expect(exitCode).toBe(0);
  expect(stdout.split("\n")).toEqual([
    "sink archive",
    '  would create   index template "logs"',
    "      PUT /_index_template/logs",
    "      {",
    '        "priority": 210',
    "      }",
    "",
  ]);
});

test("with --json there is one document, and a refusal gives exit code 1", async () => {
  const refused: SetupState = { state: "refused", message: "not allowed" };
  const { exitCode, stdout, stderr } = await setup([refused, MISSING], { json: true });
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: "" });
  const steps = [
    { title: 'index template "logs"', outcome: "refused", message: "not allowed" },
    {
      title: 'index template "logs"',
      outcome: "created",
      requests: [{ operation: "PUT /_index_template/logs", body: { priority: 210 } }],
    },
  ];
  expect(JSON.parse(stdout)).toEqual({
    ok: false,
    sinks: [
      { name: "search", steps },
      { name: "archive", steps },
    ],
  });
});

test("a sink that does not exist is wrong usage", async () => {
  expect(await setup([], { sink: "serch" })).toEqual({
    exitCode: 2,
    stdout: "",
    stderr: '--sink: there is no sink "serch"; did you mean "search"?\n',
  });
  expect((await setup([], { sink: "else" })).stderr).toContain("expected search or archive");
  expect((await setup([], { sink: "search" }, "")).stderr).toContain("the configuration has no sinks");
});

test("an invalid configuration is exit code 2", async () => {
  const { exitCode, stderr } = await setup([], {}, "sinks: []\n");
  expect(exitCode).toBe(2);
  expect(stderr).toContain("config.yaml:1");
});

test("without sinks, and without steps, there is nothing to set up", async () => {
  expect((await setup([], {}, "")).stdout).toBe("nothing to set up: the configuration has no sinks\n");
  expect((await setup([])).stdout).toContain("nothing to set up for this type");
});

test("what a server says cannot steer the terminal", async () => {
  const { stdout } = await setup([{ state: "refused", message: "\u001b[2Jno" }]);
  expect(stdout).not.toContain("\u001b");
});

test("an interrupt ends what is under way", async () => {
  const terminal = new FakeTerminal();
  const waiting: SetupStep = {
    title: "slow",
    examine: (signal) =>
      new Promise((resolve) => {
        signal.addEventListener("abort", () => resolve({ state: "refused", message: "given up" }));
        terminal.signal("SIGINT");
      }),
    apply: async () => undefined,
  };
  const openSearch = SINKS["opensearch"];
  if (openSearch === undefined) throw new Error("there is no such kind");
  const config = join(directory, "config.yaml");
  writeFileSync(config, TWO_SINKS);
  const plan = { steps: [waiting], close: async () => undefined };
  const kinds = { opensearch: { ...openSearch, setup: async () => plan } };
  const exitCode = await setUp({ config, dryRun: false, sink: "search" }, terminal, {
    clock: systemClock,
    kinds,
  });
  expect(exitCode).toBe(1);
  expect(terminal.stdout).toContain("refused        slow: given up");
});
