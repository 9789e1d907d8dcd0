// Goal: `prices check` prints its findings, and fails as soon as one is not well.
// Method: the command's core on a terminal that remembers; what is found is tested with its own module.
import { expect, it } from "vitest";
import { answerCheck } from "../../../src/cli/prices-check.ts";
import { chooseModels } from "../../../src/cost/models.ts";
import type { SeenModel } from "../../../src/cost/price-check.ts";
import { FakeTerminal } from "./fake-terminal.ts";

const pricing = {
  region: "us-east-1",
  overrides: [],
  aliases: {},
  multiplier: "1",
  system: { agents: [], paths: [], models: [] },
};

function check(seen: readonly SeenModel[], asJson: boolean) {
  const terminal = new FakeTerminal();
  const config = { pricing, models: chooseModels({}, {}) };
  const exitCode = answerCheck(config, seen, { nowMs: 0, asJson }, terminal);
  return { exitCode, stdout: terminal.stdout };
}

it("ends with 0 where all is well", () => {
  const { exitCode, stdout } = check([], true);
  expect(exitCode).toBe(0);
  const { ok, checks } = JSON.parse(stdout);
  expect(ok).toBe(true);
  expect(checks).toContainEqual({
    name: "models.embedding",
    ok: true,
    message: "amazon.titan-embed-text-v2:0 costs $0.02 / $0 per million tokens by catalog",
  });
});

it("ends with 1 and marks what is not", () => {
  const { exitCode, stdout } = check([{ model: "new\u001b[2J", records: 3, unpricedRecords: 3 }], false);
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^ok {4}models\.llm: us\.anthropic/);
  expect(stdout).toMatch(/\nFAIL {2}records of new\\u\{1b\}\[2J: 3 records: .* has no price in us-east-1/);
});
