/**
 * Goal: tables line up for a person and cannot be abused by what stands in an audit line.
 * Method: whole rendered texts, compared.
 */
import { describe, expect, test } from "vitest";
import { formatCount, renderTable } from "../../../src/cli/table.ts";

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
