// Goal: `prices explain` tells each rule that was tried on a model and why it applies or not.
// Method: the command's core on a terminal that remembers, with the shipped catalog.
import { expect, it } from "vitest";
import { answerExplain } from "../../../src/cli/prices-explain.ts";
import { PriceBook, type PriceBookOptions } from "../../../src/cost/price-book.ts";
import { FakeTerminal } from "./fake-terminal.ts";

const plain: PriceBookOptions = { region: "eu-west-2", overrides: [], aliases: {}, multiplier: "1" };
const MINIMAX = "minimax.minimax-m2.5";

function explain(model: string, asJson: boolean, more: Partial<PriceBookOptions> = {}) {
  const terminal = new FakeTerminal();
  const pricing = { ...plain, ...more };
  const asked = { nowMs: 0, asJson, multiplier: pricing.multiplier };
  const exitCode = answerExplain(new PriceBook(pricing), model, asked, terminal);
  return { exitCode, stdout: terminal.stdout, stderr: terminal.stderr };
}

it("gives programs the rules up to the one that decides, and the price", () => {
  const { exitCode, stdout } = explain(MINIMAX, true);
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    model: MINIMAX,
    region: "eu-west-2",
    rules: [
      { rule: "config", matched: false, reason: "pricing.overrides does not have this id" },
      { rule: "alias", matched: false, reason: "pricing.aliases does not have this id" },
      { rule: "catalog", matched: true, reason: "the catalog has this id for eu-west-2" },
    ],
    status: "priced",
    input_cost_per_million: "0.47",
    output_cost_per_million: "1.86",
    cache_read_input_cost_per_million: null,
    cache_write_input_cost_per_million: null,
    effective_from: null,
    multiplier: "1",
    price_id: expect.stringMatching(/^[0-9a-f]{12}$/),
  });
});

it("gives people a table and the price with its multiplier", () => {
  const { stdout } = explain(`us.${MINIMAX}`, false, {
    aliases: { [`us.${MINIMAX}`]: MINIMAX },
    multiplier: "0.9",
  });
  expect(stdout).toMatch(/^rule +applies +why\nconfig +no +/);
  expect(stdout).toMatch(/\nalias +yes +pricing\.aliases says that it stands for minimax\.minimax-m2\.5\n/);
  expect(stdout).toMatch(
    /\n\$0\.47 for a million input tokens, \$1\.86 output, times 0\.9 \(pricing\.multiplier\); price_id [0-9a-f]{12}\n$/,
  );
});

it("tells all rules and fails where there is no price", () => {
  const { exitCode, stdout, stderr } = explain("vendor.new", false);
  expect(exitCode).toBe(1);
  expect(stdout.trimEnd().split("\n")).toHaveLength(7);
  expect(stdout).not.toContain("yes");
  expect(stderr).toContain('No price is known for "vendor.new" in eu-west-2');
  expect(JSON.parse(explain("vendor.new", true).stdout)).toMatchObject({
    status: "unpriced",
    price_id: null,
  });
});
