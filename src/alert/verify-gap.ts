/** The rule `verify`: the last proof found lines that a sink does not hold. */
import type { VerifyResult } from "../verify/result-file.ts";
import { noJudgement, type RuleReport, report } from "./alert.ts";

/**
 * @param result what the last proof found; undefined if there was none
 * @param sinks those of the configuration
 */
export function judgeVerify(result: VerifyResult | undefined, sinks: readonly string[]): RuleReport {
  if (result === undefined)
    return noJudgement("verify", { state: "watching", note: "mem0-audit-shipper verify was not run yet" });
  const findings = Object.entries(result.sinks)
    .filter(([sink]) => sinks.includes(sink))
    .map(([sink, { missing }]) => ({
      fingerprint: `verify:${sink}`,
      rule: "verify" as const,
      severity: "critical" as const,
      level: missing > 0 ? ("breached" as const) : ("clear" as const),
      title: `Lines are missing in ${sink}`,
      text: `The proof of ${result.time} found ${missing} lines of the audit files that ${sink} does not hold. See: mem0-audit-shipper verify`,
      labels: { sink },
      value: missing,
      threshold: 0,
    }));
  const others = { level: "clear" as const, text: "The sink is not part of the configuration any more." };
  return report("verify", findings, { others });
}
