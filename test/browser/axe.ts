/** The rules of axe-core, held against a page as it is shown now. */
import axe from "axe-core";
import type { Page } from "playwright-core";

/** WCAG 2.2 at the levels A and AA, and what the field takes for good practice besides. */
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Each breach with its element. */
export async function breaches(page: Page): Promise<readonly string[]> {
  // Evaluated, not added as a script: the page takes no scripts but its own.
  await page.evaluate(axe.source);
  return page.evaluate(async (tags) => {
    const engine = (globalThis as unknown as { readonly axe: typeof axe }).axe;
    const { violations } = await engine.run({ runOnly: { type: "tag", values: tags } });
    return violations.flatMap(({ id, help, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${help}: ${html.slice(0, 120)} ${failureSummary}`),
    );
  }, RULES);
}
