/**
 * Goal: the rules are accepted by Prometheus, speak when they must and are silent else, ask for metrics that the daemon
 * has, and each is explained.
 * Method: promtool checks them and runs their own tests (skipped where there is none, unless
 * MEM0_TEST_REQUIRE_SERVERS=1); the rest is read as YAML.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";

const FOLDER = "deploy/prometheus";

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly description: string };
}

interface Rules {
  readonly groups: readonly { readonly rules: readonly Rule[] }[];
}

const rules = parse(readFileSync(`${FOLDER}/rules.yaml`, "utf8")) as Rules;
const alerts = rules.groups.flatMap((group) => group.rules);

function isMissing(): boolean {
  if (spawnSync("promtool", ["--version"]).status === 0) return false;
  const message = "the rules are not tested, because there is no promtool (Debian: prometheus)";
  if (process.env["MEM0_TEST_REQUIRE_SERVERS"] === "1") throw new Error(message);
  console.warn(`SKIPPED: ${message}`);
  return true;
}

describe.skipIf(isMissing())("promtool", () => {
  it.each([
    ["check", "rules.yaml"],
    ["test", "rules.test.yaml"],
  ])("%ss rules without a complaint", (action, file) => {
    const { status, stdout, stderr } = spawnSync("promtool", [action, "rules", file], {
      cwd: FOLDER,
      encoding: "utf8",
    });
    expect(`${stdout}${stderr}`).toContain("SUCCESS");
    expect(status).toBe(0);
  });

  it("takes the configuration on the page", () => {
    const [, config = ""] = /^```yaml\n(.*?)^```/ms.exec(readFileSync("docs/prometheus.md", "utf8")) ?? [];
    const folder = mkdtempSync(join(tmpdir(), "mem0-prometheus-"));
    try {
      writeFileSync(join(folder, "prometheus.yml"), config);
      const words = ["check", "config", "--syntax-only", "prometheus.yml"];
      const { status, stderr } = spawnSync("promtool", words, { cwd: folder, encoding: "utf8" });
      expect(stderr).toBe("");
      expect(status).toBe(0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("every rule", () => {
  const operations = readFileSync("docs/operations.md", "utf8");
  const page = readFileSync("docs/prometheus.md", "utf8");
  const tests = readFileSync(`${FOLDER}/rules.test.yaml`, "utf8");

  it.each(alerts)("$alert asks for metrics of the daemon", ({ expr }) => {
    const metrics = expr.match(/mem0_audit_\w+/g) ?? [];
    expect(metrics).not.toEqual([]);
    for (const metric of metrics) expect(operations).toContain(metric.replace(/_count$/, ""));
  });

  it.each(alerts)("$alert has a test, and a line on the page", ({ alert, labels }) => {
    expect(tests).toContain(`alertname: ${alert}`);
    expect(page).toMatch(new RegExp(`^\\| \`${alert}\` \\| ${labels.severity} \\|`, "m"));
  });
});

it("the rules for the Prometheus Operator are the same", () => {
  const resource = parse(readFileSync("deploy/kubernetes/monitoring/prometheus-rule.yaml", "utf8"));
  expect(resource.spec).toEqual(rules);
});
