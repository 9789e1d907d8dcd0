// Goal: `prices` takes its words and its configuration, and its exit codes are those documented.
// Method: the whole command line on a terminal that remembers, in an empty folder of state.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runCommandLine } from "../../../src/cli/command-line.ts";
import { FakeTerminal } from "./fake-terminal.ts";

describe("the command line", () => {
  it.each([
    [["prices", "show", "amazon.titan-embed-text-v2:0", "--json"], 0],
    [["prices", "show", "vendor.new-model", "--json"], 1],
    [["prices"], 0],
    [["prices", "list", "--json"], 0],
    [["prices", "show"], 2],
    [["prices", "list", "haiku", "--provider", "anthropic", "--category", "llm", "--json"], 0],
    [["prices", "list", "--category", "audio"], 2],
    [["prices", "explain", "amazon.titan-embed-text-v2:0"], 0],
    [["prices", "explain", "vendor.new-model"], 1],
    [["prices", "explain"], 2],
    [["prices", "check", "--from", "nowhere"], 2],
    [["prices", "guess"], 2],
  ])("%j ends with %d", async (words, exitCode) => {
    expect(await runCommandLine(words, new FakeTerminal())).toBe(exitCode);
  });

  it.each([
    ["foo", "foo: expected list, show, explain or check"],
    ["chekc", 'chekc: expected list, show, explain or check; did you mean "check"?'],
  ])("says what %s should have been", async (action, message) => {
    const terminal = new FakeTerminal();
    await runCommandLine(["prices", action], terminal);
    expect(terminal.stderr).toContain(`mem0-audit-shipper: ${message}\n`);
  });

  it("takes the region from the environment", async () => {
    const terminal = new FakeTerminal({ AWS_REGION: "eu-west-2" });
    await runCommandLine(["prices", "show", "minimax.minimax-m2.5", "--json"], terminal);
    expect(JSON.parse(terminal.stdout)).toMatchObject({ input_cost_per_million: "0.47" });
  });

  it("takes another region for the asking", async () => {
    const terminal = new FakeTerminal();
    await runCommandLine(
      ["prices", "show", "minimax.minimax-m2.5", "--region", "eu-west-2", "--json"],
      terminal,
    );
    expect(JSON.parse(terminal.stdout)).toMatchObject({ input_cost_per_million: "0.47" });
  });
});

describe("prices check", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "prices-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const usage = (model: string) =>
    `${JSON.stringify({ ts: "2026-11-21T00:00:00Z", type: "token_usage", path: "/memory/add", model, llm_calls: 1, input_tokens: 5, output_tokens: 5, total_tokens: 10 })}\n`;

  async function check(models: readonly string[]) {
    writeFileSync(join(folder, "audit-2026-11-21.jsonl"), models.map(usage).join(""));
    const terminal = new FakeTerminal();
    const words = ["prices", "check", "--json", "--audit-dir", folder, "--state-dir", join(folder, "state")];
    const exitCode = await runCommandLine([...words, "--from", "audit-dir"], terminal);
    return { exitCode, checks: JSON.parse(terminal.stdout).checks };
  }

  it("looks at the models of the audit files", async () => {
    expect((await check(["gpt-4o-mini"])).exitCode).toBe(0);
    const { exitCode, checks } = await check(["gpt-4o-mini", "vendor.new", "vendor.new"]);
    expect(exitCode).toBe(1);
    expect(checks).toContainEqual({
      name: "records of vendor.new",
      ok: false,
      message: expect.stringContaining("2 records: vendor.new has no price in us-east-1"),
    });
  });

  it("says that nothing was stored yet, and checks the configuration alone", async () => {
    const terminal = new FakeTerminal();
    expect(await runCommandLine(["prices", "check", "--state-dir", join(folder, "state")], terminal)).toBe(0);
    expect(terminal.stderr).toContain("Nothing was stored yet");
  });
});
