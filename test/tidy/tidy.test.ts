/**
 * Goal: the shape of the code stays as ARCHITECTURE.md describes it, so that a review need not look at it.
 * Method: the project's files are read as text; each rule is one test that lists all offenders.
 */
import { expect, test } from "vitest";
import { callsOf, codeOf, contentOf, importsOf, layerOf, projectFiles } from "./source.ts";

/** A folder imports only from folders before it in this list, and from itself. */
const LAYERS = [
  ...["system", "tail", "record", "cost", "document", "batch", "checkpoint", "store", "usage"],
  ...["budget", "sinks", "lane", "verify", "alert", "config", "daemon", "http", "cli", "main.ts"],
];

const LINES_MAX = 300;

const SOURCES = projectFiles(/^src\/.*\.ts$/);
const TESTS = projectFiles(/^test\/.*\.ts$/);

function offenders(files: readonly string[], isOffender: (path: string) => boolean): string[] {
  return files.filter(isOffender);
}

test("there is something to look at", () => {
  expect(SOURCES.length).toBeGreaterThan(100);
  expect(TESTS.length).toBeGreaterThan(100);
});

test("every folder of src has its place in the order", () => {
  expect(offenders(SOURCES, (path) => !LAYERS.includes(layerOf(path)))).toEqual([]);
});

test("imports go one way: to folders that stand before in the order", () => {
  const wrong = SOURCES.flatMap((path) =>
    importsOf(path)
      .filter((target) => LAYERS.indexOf(layerOf(target)) > LAYERS.indexOf(layerOf(path)))
      .map((target) => `${path} imports ${target}`),
  );
  expect(wrong).toEqual([]);
});

test("every source is reached from main.ts", () => {
  const reached = new Set(["src/main.ts"]);
  for (const path of reached) for (const target of importsOf(path)) reached.add(target);
  expect(offenders(SOURCES, (path) => !reached.has(path))).toEqual([]);
});

test("no file only hands on what others export, or is a drawer for anything", () => {
  const isBarrel = (path: string) => /^export\s+(?:type\s+)?(?:\*|\{[^}]*\})\s*from/m.test(codeOf(path));
  const isDrawer = (path: string) =>
    /(?:^|\/)(?:index|types|utils?|helpers?|common|misc)(?:\.ts|\/)/.test(path);
  expect(offenders(SOURCES, (path) => isBarrel(path) || isDrawer(path))).toEqual([]);
});

test("every source begins with what it is", () => {
  const hasHeader = (path: string) => /^(?:#!.*\n)?\/\*\*[\s\S]*?\*\//.test(contentOf(path));
  expect(offenders(SOURCES, (path) => !hasHeader(path))).toEqual([]);
});

test("every test begins with its goal and its method, every other file of the tests with what it is", () => {
  const hasHeader = (path: string) => {
    const [comment = ""] = /^(?:\/\*\*[\s\S]*?\*\/|(?:\/\/.*\n)+)/.exec(contentOf(path)) ?? [];
    return path.endsWith(".test.ts") ? /Goal: [\s\S]*Method: /.test(comment) : comment !== "";
  };
  expect(offenders(TESTS, (path) => !hasHeader(path))).toEqual([]);
});

test(`no file has more than ${LINES_MAX} lines`, () => {
  const linesOf = (path: string) => contentOf(path).trimEnd().split("\n").length;
  expect(offenders([...SOURCES, ...TESTS], (path) => linesOf(path) > LINES_MAX)).toEqual([]);
});

test("nothing is left for later", () => {
  const marks = new RegExp(
    ["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"].map((mark) => `\\b${mark}\\b`).join("|"),
  );
  const files = [...SOURCES, ...TESTS, ...projectFiles(/^(?:scripts|config|deploy)\//)];
  expect(offenders(files, (path) => marks.test(contentOf(path)))).toEqual([]);
});

/** What only src/system may do, and what others use instead. */
const BANNED: readonly {
  readonly what: RegExp;
  readonly instead: string;
  readonly allowed: readonly string[];
}[] = [
  { what: /\bDate\.now\b|\bnew Date\(\)/, instead: "Clock.nowMs", allowed: [] },
  { what: /\bperformance\.now\b|\bprocess\.hrtime\b/, instead: "Clock.monotonicMs", allowed: [] },
  { what: /\bset(?:Timeout|Interval|Immediate)\b/, instead: "Clock.sleep", allowed: [] },
  { what: /\bMath\.random\b|\brandomUUID\b|\brandomBytes\b/, instead: "Random", allowed: [] },
  { what: /\bconsole\./, instead: "Log, or the Terminal", allowed: [] },
  {
    what: /\bprocess\./,
    instead: "the Terminal",
    allowed: [
      // The real terminal is made of the process, which main.ts hands over.
      ...["src/main.ts", "src/cli/terminal.ts"],
    ],
  },
];

test.each(BANNED)("only src/system does $what; others use $instead", ({ what, allowed }) => {
  const others = SOURCES.filter((path) => layerOf(path) !== "system");
  const found = offenders(others, (path) => what.test(callsOf(path)));
  expect(found.filter((path) => !allowed.includes(path))).toEqual([]);
  expect(
    allowed.filter((path) => !found.includes(path)),
    "exceptions that are not needed any more",
  ).toEqual([]);
});

/** Modules that reach outside of the process, and who may import them beside src/system. */
const OUTSIDE: Readonly<Record<string, readonly string[]>> = {
  "node:fs": [],
  "node:fs/promises": [],
  "node:timers/promises": [],
  // systemd has no other way in for a program that is no C library: its own tool is started.
  "node:child_process": ["src/daemon/systemd.ts"],
  "node:process": ["src/main.ts"],
};

test.each(Object.entries(OUTSIDE))("only src/system imports %s", (module, allowed) => {
  const others = SOURCES.filter((path) => layerOf(path) !== "system");
  const found = offenders(others, (path) => codeOf(path).includes(`from "${module}"`));
  expect(found.filter((path) => !allowed.includes(path))).toEqual([]);
  expect(
    allowed.filter((path) => !found.includes(path)),
    "exceptions that are not needed any more",
  ).toEqual([]);
});

/** Sources without a test file of their own, and where they are tested instead. */
const TESTED_ELSEWHERE: Readonly<Record<string, string>> = {
  "src/cli/serve.ts": "test/unit/cli/run-daemon.test.ts asks it, and takes its port",
  "src/main.ts": "test/torture runs the built program",
  "src/sinks/setup.ts": "test/unit/cli/setup-run.test.ts carries out plans",
  "src/sinks/table.ts":
    "test/contract goes through its entries, test/unit/samples.test.ts through its configurations",
  "src/system/log.ts": "test/torture reads what the built program logs",
};

test("every source that does something has its test at the same place under test/unit", () => {
  const tests = TESTS.map((path) => path.replace(/^test\/unit\//, "src/"));
  const hasTest = (path: string) => {
    const stem = path.replace(/\.ts$/, "");
    return tests.some((one) => one.startsWith(`${stem}.test`) || one.startsWith(`${stem}-`));
  };
  const isOnlyTypes = (path: string) =>
    !/^(?:export\s+)?(?:async\s+)?(?:function|class|const \w+ = .*=>)|^(?:await|process)\b/m.test(
      callsOf(path),
    );
  const untested = offenders(SOURCES, (path) => !hasTest(path) && !isOnlyTypes(path));
  expect(untested.filter((path) => !(path in TESTED_ELSEWHERE))).toEqual([]);
  expect(Object.keys(TESTED_ELSEWHERE).filter((path) => !untested.includes(path))).toEqual([]);
});
