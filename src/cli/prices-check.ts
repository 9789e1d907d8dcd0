/** `prices check`: what is wrong with the configured prices, and which models of the records have none. */
import picocolors from "picocolors";
import type { Config } from "../config/load.ts";
import { PriceBook } from "../cost/price-book.ts";
import { checkPrices, type PriceFinding, type SeenModel } from "../cost/price-check.ts";
import type { ExitCode, Terminal } from "./command.ts";
import { withoutControls } from "./table.ts";

/** Prints the findings; fails if one of them is not well. */
export function answerCheck(
  { pricing, models }: Pick<Config, "pricing" | "models">,
  seen: readonly SeenModel[],
  { nowMs, asJson }: { readonly nowMs: number; readonly asJson: boolean },
  terminal: Terminal,
): ExitCode {
  const checks = checkPrices({ book: new PriceBook(pricing), pricing, models, seen, nowMs });
  const ok = checks.every((check) => check.ok);
  terminal.out(asJson ? `${JSON.stringify({ ok, checks })}\n` : asText(checks, terminal));
  return ok ? 0 : 1;
}

function asText(checks: readonly PriceFinding[], terminal: Terminal): string {
  const colors = picocolors.createColors(terminal.isInteractive && !terminal.environment["NO_COLOR"]);
  return checks
    .map(({ name, ok, message }) => {
      const mark = ok ? colors.green("ok  ") : colors.red("FAIL");
      return `${mark}  ${withoutControls(name)}: ${withoutControls(message)}\n`;
    })
    .join("");
}
