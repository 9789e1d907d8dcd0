/**
 * Goal: every page has one title, and no link leads nowhere.
 * Method: the project's Markdown is read as text; only links within the project are followed.
 */
import { existsSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";
import { contentOf, projectFiles } from "./source.ts";

const PAGES = projectFiles(/\.md$/).filter((path) => !path.startsWith("test/fixtures/"));

/** The page without blocks of code and inline code. */
function proseOf(path: string): string {
  return contentOf(path)
    .replace(/^( *)(```|~~~)[\s\S]*?^\1\2.*$/gm, "")
    .replace(/`[^`\n]*`/g, "");
}

/** The names by which the headings of a page can be linked to, as GitHub makes them. */
function anchorsOf(path: string): Set<string> {
  const page = contentOf(path).replace(/^( *)(```|~~~)[\s\S]*?^\1\2.*$/gm, "");
  const headings = [...page.matchAll(/^#{1,6} +(.+?)\s*$/gm)].map(([, heading = ""]) => heading);
  const explicit = [...page.matchAll(/<a (?:id|name)="([^"]+)"/g)].map(([, name = ""]) => name);
  const made = headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replace(/\s/g, "-"),
  );
  return new Set([...explicit, ...made]);
}

test("there are pages", () => {
  expect(PAGES.length).toBeGreaterThan(3);
});

test.each(PAGES)("%s has one title", (path) => {
  expect(proseOf(path).match(/^# .+$/gm)).toHaveLength(1);
});

test.each(PAGES)("%s links to what is there", (path) => {
  const links = [...proseOf(path).matchAll(/\]\(([^)\s]+)(?:\s+"[^"]*")?\)|^\[[^\]]+\]:\s*(\S+)/gm)];
  const missing = links
    .map(([, inline, reference]) => inline ?? reference ?? "")
    .filter((link) => !/^[a-z][a-z0-9+.-]*:/i.test(link))
    .filter((link) => {
      const [file = "", anchor] = link.split("#");
      const target = file === "" ? path : normalize(join(dirname(path), decodeURIComponent(file)));
      if (!existsSync(target)) return true;
      return anchor !== undefined && target.endsWith(".md") && !anchorsOf(target).has(anchor);
    });
  expect(missing).toEqual([]);
});

test("docs/rotation.md tells every case that has a test, and no other", () => {
  const tests = projectFiles(/^test\/unit\/tail\/rotation.*\.test\.ts$/).flatMap((path) =>
    [...contentOf(path).matchAll(/test\("([A-Z]\d+: [^"]+)"/g)].map(([, name = ""]) => name),
  );
  const cases = [...contentOf("docs/rotation.md").matchAll(/^- ([A-Z]\d+: .+)$/gm)].map(([, name]) => name);
  expect(cases).toEqual(tests.toSorted(new Intl.Collator("en", { numeric: true }).compare));
});
