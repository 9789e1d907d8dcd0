/**
 * Goal: every day has one index, names that the server would refuse are refused before.
 * Method: a table of texts.
 */
import { describe, expect, it } from "vitest";
import { indexNameProblem, parseIndexName } from "../../../../src/sinks/bulk/index-name.ts";

describe("an index name", () => {
  it.each([
    ["mem0-audit-logs-{yyyy.MM.dd}", "mem0-audit-logs-2026.04.03", "mem0-audit-logs-*"],
    ["audit-{yyyy}-{MM}", "audit-2026-04", "audit-*"],
    ["audit-{yyyy-MM}-x", "audit-2026-04-x", "audit-*-x"],
    ["audit", "audit", "audit"],
  ])("%s becomes %s, its template matches %s", (text, name, pattern) => {
    const index = parseIndexName(text);
    expect(index.forDay("2026-04-03")).toBe(name);
    expect(index.pattern).toBe(pattern);
    expect(index.matches(name)).toBe(true);
  });

  it.each([
    "mem0-audit-2026.04.03",
    "mem0.audit-test-2026.04.03",
    "mem0.audit-2026.04",
    "x-mem0.audit-2026.04.03",
  ])("tells its own indices from %s", (other) =>
    expect(parseIndexName("mem0.audit-{yyyy.MM.dd}").matches(other)).toBe(false),
  );

  it("has a day even where years have more than four digits or are negative", () => {
    const index = parseIndexName("audit-{yyyy.MM.dd}");
    expect(index.forDay("+010000-01-01")).toBe("audit-+010000.01.01");
    expect(index.forDay("-000001-12-31")).toBe("audit--000001.12.31");
    expect(index.matches("audit-+010000.01.01")).toBe(true);
  });

  it.each([
    ["", /empty/],
    ["Audit", /lower-case.*"A"/],
    ["audit logs", /" "/],
    ["audit-*", /"\*"/],
    ["_audit", /"_"/],
    ["..", /"\.\."/],
    ["a{yyyy", /"{"/],
    ["audit-{yyyy.mm.dd}", /{yyyy.MM.dd}.*"{yyyy.mm.dd}"/],
    ["audit-{}", /"{}"/],
    ["{yyyy.MM.dd}", /begin/],
    ["a".repeat(256), /255 bytes/],
  ])("is no good as %j", (text, problem) => {
    expect(indexNameProblem(text)).toMatch(problem);
    expect(() => parseIndexName(text)).toThrow();
  });
});
