/**
 * Goal: flags and variables replace exactly the values they stand for, and know their names.
 * Method: a configuration as plain data before and after.
 */
import { expect, test } from "vitest";
import { applyOverrides, findOverrides, originOf } from "../../../src/config/overrides.ts";

test("a flag wins over its variable", () => {
  const environment = { MEM0_AUDIT_STATE_DIR: "/variable", MEM0_AUDIT_DIR: "/audit", OTHER: "x" };
  const overrides = findOverrides({ stateDir: "/flag" }, environment);
  expect(overrides).toEqual([
    { path: ["source", "directory"], value: "/audit", origin: "MEM0_AUDIT_DIR" },
    { path: ["state_dir"], value: "/flag", origin: "--state-dir" },
  ]);
  expect(originOf(["state_dir"], overrides)).toBe("--state-dir");
  expect(originOf(["source"], overrides)).toBeUndefined();
});

test("what stands beside an overridden value stays, and what was given is not changed", () => {
  const root = { source: { include: "*.log", directory: "/file" } };
  const overrides = findOverrides({ auditDir: "/flag", logLevel: "warn" }, {});
  expect(applyOverrides(root, overrides)).toEqual({
    source: { include: "*.log", directory: "/flag" },
    log: { level: "warn" },
  });
  expect(root.source.directory).toBe("/file");
});

test("a section of the wrong kind is left for validation to refuse", () => {
  const overrides = findOverrides({ auditDir: "/flag" }, {});
  for (const source of ["text", 5, ["list"]]) {
    expect(applyOverrides({ source }, overrides)).toEqual({ source });
  }
});
