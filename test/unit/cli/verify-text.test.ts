/**
 * Goal: whoever reads the answer knows what was found, what was not proven, and why.
 * Method: reports of every kind, as they are written.
 */
import { describe, expect, test } from "vitest";
import type { ProofReport } from "../../../src/cli/verify-run.ts";
import { isProven, printProof, proofJson } from "../../../src/cli/verify-text.ts";
import type { LaneProof } from "../../../src/verify/verify.ts";
import { FakeTerminal } from "./fake-terminal.ts";

const FATES = { lines: 3, stored: 1, duplicate: 1, deadLetter: 0, skipped: 0, missing: 1 };
const REQUEST = { names: [], isNamed: false, since: undefined, until: undefined, json: false, repair: false };

function lane(changes: Partial<LaneProof> = {}): LaneProof {
  return {
    ...{ sink: "search", files: [], lagBytes: 0, lagFiles: 0, expired: 0, missing: 0, fault: undefined },
    ...changes,
  };
}

function report(changes: Partial<ProofReport> = {}): ProofReport {
  const nothing = { unverifiable: new Map(), repair: undefined, notKept: undefined };
  return { lanes: [lane()], gaps: [], ...nothing, ...changes };
}

function printed(of: ProofReport): FakeTerminal {
  const terminal = new FakeTerminal();
  printProof(of, REQUEST, terminal);
  return terminal;
}

test("a gap and a fault are no proof", () => {
  expect(isProven(report(), REQUEST)).toBe(true);
  expect(isProven(report({ lanes: [lane({ missing: 1 })] }), REQUEST)).toBe(false);
  expect(isProven(report({ lanes: [lane(), lane({ fault: "it is down" })] }), REQUEST)).toBe(false);
});

test("the JSON has the names of the contract", () => {
  const gaps = [{ file: "a.jsonl", sink: "search", offset: 7, id: "g-7" }];
  const lanes = [lane({ missing: 1, files: [{ name: "a.jsonl", sink: "search", ...FATES }] })];
  expect(proofJson(report({ lanes, gaps }), REQUEST)).toEqual({
    ok: false,
    files: [
      {
        ...{ name: "a.jsonl", sink: "search", lines: 3, stored: 1, duplicate: 1 },
        ...{ dead_letter: 0, skipped: 0, missing: 1 },
      },
    ],
    gaps,
  });
});

test("every remark is one line on standard error", () => {
  const { stderr } = printed(
    report({
      lanes: [
        lane({ lagBytes: 1200, lagFiles: 2, expired: 5 }),
        lane({ sink: "logs", fault: "it is\u001bdown" }),
      ],
      unverifiable: new Map([["bodies", "it cannot be verified"]]),
      repair: { sent: 2, deadLetters: 1, givenUp: new Map([["search", "it went away"]]) },
      notKept: "/state/verify.json cannot be written (EACCES)",
    }),
  );
  expect(stderr.trimEnd().split("\n")).toEqual([
    "search: 1,200 bytes of 2 files are not delivered yet: that is lag, not a gap",
    "search: 5 lines are older than the sink keeps any: taken for stored, since they lie before its position",
    "logs: not proven: it is\\u{1b}down",
    "bodies: it cannot be verified",
    "sent again: 2, now dead letters: 1",
    "search: not all could be sent again: it went away",
    "/state/verify.json cannot be written (EACCES)",
  ]);
});

test("of many gaps the first are listed", () => {
  const gaps = [{ file: "a.jsonl", sink: "search", offset: 7, id: "g-7" }];
  const { stdout, stderr } = printed(report({ lanes: [lane({ missing: 3 })], gaps }));
  expect(stdout).toContain("3 lines are missing:\n  search: a.jsonl at byte 7 (g-7)\n  and 2 more\n");
  expect(stderr).toContain("only the first 1 gaps are listed");
});

describe("the last sentence, where nothing is missing", () => {
  const files = [{ name: "a.jsonl", sink: "search", ...FATES, missing: 0 }];
  const unread = files.map((file) => ({ ...file, lines: 0, stored: 0, duplicate: 0 }));
  const unverifiable = new Map([["bodies", "it cannot be verified"]]);

  test.each<[string, Partial<ProofReport>, string]>([
    ["all lines were found", { lanes: [lane({ files })] }, "No gap: every line has its fate."],
    [
      "a sink is behind",
      { lanes: [lane({ files }), lane({ files, lagBytes: 1200, lagFiles: 1 })] },
      "No gap in what was delivered: 1,200 bytes are not delivered yet.",
    ],
    [
      "sinks are behind",
      { lanes: [lane({ files, lagBytes: 1, lagFiles: 1 }), lane({ lagBytes: 2, lagFiles: 1 })] },
      "No gap in what was delivered: 3 bytes, summed over 2 sinks, are not delivered yet.",
    ],
    [
      "a byte is left",
      { lanes: [lane({ files, lagBytes: 1, lagFiles: 1 })] },
      "No gap in what was delivered: 1 byte is not delivered yet.",
    ],
    [
      "nothing was delivered",
      { lanes: [lane({ files: unread, lagBytes: 9, lagFiles: 1 })] },
      "Nothing to prove: no line of these files was delivered yet.",
    ],
    ["there are no files", { lanes: [lane()] }, "Nothing to prove: there are no lines."],
    ["the files are empty", { lanes: [lane({ files: unread })] }, "Nothing to prove: there are no lines."],
    ["no sink can be verified", { lanes: [], unverifiable }, "Nothing was proven: see below."],
    ["a sink is down", { lanes: [lane({ files, fault: "it is down" })] }, "Not proven: see below."],
  ])("when %s", (_, changes, sentence) => {
    expect(printed(report(changes)).stdout.split("\n").at(-2)).toBe(sentence);
  });
});
