/**
 * The JSON filter patterns of CloudWatch Logs, as far as they are used here: comparisons of one field with a text or a
 * number, joined by `&&` and `||`, in parentheses.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
import assert from "node:assert/strict";
import type { FlatEvent } from "./golden-events.ts";

const TOKEN = /\s*(&&|\|\||[(){}]|>=|!=|=|"[^"]*"|\$\.[\w.]+|\d+)/y;

/** True if `pattern` selects `event`. Throws if it is not of this form. */
export function selects(pattern: string, event: FlatEvent): boolean {
  const tokens = tokensOf(pattern);
  const take = (expected?: string) => {
    const token = tokens.shift();
    assert(token !== undefined && (expected === undefined || token === expected), `near ${token}`);
    return token;
  };
  const term = (): boolean => {
    if (tokens[0] !== "(") return comparison();
    take("(");
    const inner = joined();
    take(")");
    return inner;
  };
  const comparison = (): boolean => {
    const selector = take();
    assert(selector.startsWith("$."), `expected a field, found ${selector}`);
    return holds(event.get(selector.slice(2)), take(), take());
  };
  const joined = (): boolean => {
    let result = term();
    while (tokens[0] === "&&" || tokens[0] === "||") {
      const isAnd = take() === "&&";
      const next = term();
      result = isAnd ? result && next : result || next;
    }
    return result;
  };
  take("{");
  const result = joined();
  take("}");
  assert.deepEqual(tokens, []);
  return result;
}

function tokensOf(pattern: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < pattern.trimEnd().length) {
    const at = TOKEN.lastIndex;
    const [, token] = TOKEN.exec(pattern) ?? [];
    assert(token !== undefined, `no token at ${at} of ${pattern}`);
    tokens.push(token);
  }
  return tokens;
}

/** A field that is not there fulfils nothing. */
function holds(value: unknown, operator: string, operand: string): boolean {
  if (operand.startsWith('"')) {
    assert(operator === "=" || operator === "!=");
    const isEqual = value === operand.slice(1, -1);
    return value !== undefined && (operator === "=" ? isEqual : !isEqual);
  }
  assert.equal(operator, ">=");
  return typeof value === "number" && value >= Number(operand);
}
