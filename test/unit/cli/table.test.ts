/**
 * Goal: tables line up for a person and cannot be abused by what stands in an audit line.
 * Method: whole rendered texts, compared.
 */
import { describe, expect, test } from "vitest";
import { firstThatFits, formatCount, renderTable, shorten } from "../../../src/cli/table.ts";

const plain = { isInteractive: false, environment: {} };
const columns = [{ title: "agent" }, { title: "requests", isNumber: true }];

describe("renderTable", () => {
  test("aligns names left and numbers right, with the totals last", () => {
    const text = renderTable(
      {
        columns,
        rows: [
          ["dev", 1234567],
          ["backoffice", 8],
        ],
        totals: ["total", 1234575],
      },
      plain,
    );
    expect(text).toBe(
      [
        "agent        requests\n",
        "dev         1,234,567\n",
        "backoffice          8\n",
        "total       1,234,575\n",
      ].join(""),
    );
  });

  test("counts wide characters as two columns", () => {
    const text = renderTable(
      {
        columns,
        rows: [
          ["助手", 1],
          ["abcd", 2],
        ],
      },
      plain,
    );
    expect(text).toBe("agent  requests\n助手          1\nabcd          2\n");
  });

  test("shows control characters instead of obeying them", () => {
    const text = renderTable({ columns, rows: [["a\u001b[2J\nb\u202e", 1]] }, plain);
    expect(text).toContain("a\\u{1b}[2J\\u{a}b\\u{202e}");
    expect(text.split("\n")).toHaveLength(3);
  });

  test("colours only on a terminal that does not refuse colours", () => {
    const content = { columns, rows: [["dev", 1]], totals: ["total", 1] };
    const colourStart = "\u001b[";
    expect(renderTable(content, plain)).not.toContain(colourStart);
    expect(renderTable(content, { isInteractive: true, environment: {} })).toContain(colourStart);
    expect(renderTable(content, { isInteractive: true, environment: { NO_COLOR: "1" } })).not.toContain(
      escape,
    );
  });
});

test("formatCount separates thousands", () => {
  expect(formatCount(42256)).toBe("42,256");
});

describe("firstThatFits", () => {
  const tableOf = (name: string) => ({ columns, rows: [[name, 1]], totals: ["total", 1] });

  test("takes the first that is not wider than the terminal", () => {
    const choices = ["a".repeat(20), "b".repeat(10), "c"].map(tableOf);
    // The gap and the title of the numbers take ten characters.
    expect(firstThatFits(choices, 30)).toBe(choices[0]);
    expect(firstThatFits(choices, 29)).toBe(choices[1]);
  });

  test("takes the last if none fits", () => {
    const choices = ["a".repeat(20), "b".repeat(10)].map(tableOf);
    expect(firstThatFits(choices, 5)).toBe(choices[1]);
  });

  test("counts wide characters as two columns", () => {
    const choices = ["助".repeat(10), "b"].map(tableOf);
    expect(firstThatFits(choices, 30)).toBe(choices[0]);
    expect(firstThatFits(choices, 29)).toBe(choices[1]);
  });
});

test("a long text keeps its beginning and its end", () => {
  expect(shorten("us.anthropic.claude-3-5-haiku-20241022-v1:0", 16)).toBe("us.anthr…22-v1:0");
  expect(shorten("short", 5)).toBe("short");
  expect(shorten("longer", 3)).toBe("l…r");
});
