/**
 * Goal: `verify` finds exactly what is missing, says it to programs and people, and ends as its exit codes promise.
 * Method: the whole command on folders that a daemon has shipped to a small server, which then loses documents.
 */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { requestLine } from "../../support/documents.ts";
import { TODAY, VerifyFolder } from "./verify-folder.ts";

const LINE = requestLine();
const at = (line: number) => line * (LINE.length + 1);

let shipped: VerifyFolder;
beforeEach(async () => {
  shipped = await VerifyFolder.make();
});
afterEach(() => shipped.remove());

describe("without a gap", () => {
  test("it is ok, every line of every kind counted", async () => {
    shipped.folder.append(TODAY, LINE, "", "torn", LINE);
    await shipped.ship();
    const { code, stdout, stderr } = await shipped.verify("--json");
    const counts = { lines: 4, stored: 2, duplicate: 0, dead_letter: 1, skipped: 1, missing: 0 };
    expect(JSON.parse(stdout)).toEqual({
      ok: true,
      files: [
        { name: TODAY, sink: "local", ...counts },
        { name: TODAY, sink: "search", ...counts },
      ],
      gaps: [],
    });
    expect([code, stderr]).toEqual([0, ""]);
  });

  test("people read a table and one sentence", async () => {
    shipped.folder.append(TODAY, LINE);
    await shipped.ship();
    const { code, stdout } = await shipped.verify("--sink", "search");
    expect(stdout).toMatch(/file +sink +lines +stored +duplicate +dead letters +skipped +missing/);
    expect(stdout).toContain("No gap: every line has its fate.");
    expect(code).toBe(0);
  });

  test("nothing at all is no gap", async () => {
    const { code, stdout, stderr } = await shipped.verifyWith({}, "--json");
    expect([code, JSON.parse(stdout)]).toEqual([0, { ok: true, files: [], gaps: [] }]);
    expect(stderr).toContain("local: nothing was stored yet");
  });
});

describe("with a gap", () => {
  test("it names each missing line and ends with 1", async () => {
    shipped.folder.append(TODAY, LINE, LINE, LINE);
    await shipped.ship();
    shipped.lose(at(1));
    const { code, stdout } = await shipped.verify("--json", "--sink", "search");
    const { ok, gaps, files } = JSON.parse(stdout);
    expect({ code, ok, gaps }).toEqual({
      ...{ code: 1, ok: false },
      gaps: [{ file: TODAY, sink: "search", offset: at(1), id: expect.stringMatching(`^.{22}-${at(1)}$`) }],
    });
    expect(files).toMatchObject([{ lines: 3, stored: 2, missing: 1 }]);
  });

  test("people read where, and what to do", async () => {
    shipped.folder.append(TODAY, ...Array.from({ length: 30 }, () => LINE));
    await shipped.ship();
    shipped.server.documents.clear();
    const { stdout } = await shipped.verify();
    expect(stdout).toContain("30 lines are missing:");
    expect(stdout).toContain(`  search: ${TODAY} at byte ${at(1)} (`);
    expect(stdout).toContain("  and 10 more");
    expect(stdout).toContain("mem0-audit-shipper verify --repair");
  });

  test("--repair sends the missing lines again, and those alone", async () => {
    shipped.folder.append(TODAY, LINE, LINE, LINE);
    await shipped.ship();
    shipped.lose(at(0), at(2));
    const { code, stdout, stderr } = await shipped.verify("--repair", "--json", "--sink", "search");
    expect({ code, ...JSON.parse(stdout) }).toMatchObject({ code: 0, ok: true, gaps: [] });
    expect(stderr).toContain("sent again: 2, now dead letters: 0");
    const bulks = shipped.server.requests.filter(({ url }) => url.pathname.endsWith("/_bulk"));
    expect(bulks.at(-1)?.body.trimEnd().split("\n")).toHaveLength(4);
    expect(shipped.server.documents.size).toBe(3);
  });
});

describe("what cannot be proven", () => {
  test("a sink that cannot be asked is no proof", async () => {
    shipped.folder.append(TODAY, LINE);
    await shipped.ship();
    shipped.server.misbehave = (_, response) => {
      response.writeHead(403).end("{}");
      return true;
    };
    const { code, stdout, stderr } = await shipped.verify();
    expect(code).toBe(1);
    expect(stdout).toContain("Not proven: see below.");
    expect(stderr).toMatch(/search: not proven: .*right to read/);
  });

  test("lag is told and is no gap", async () => {
    shipped.folder.append(TODAY, LINE);
    await shipped.ship();
    shipped.folder.append(TODAY, LINE);
    const { code, stdout, stderr } = await shipped.verify("--sink", "search");
    expect(code).toBe(0);
    expect(stderr).toBe(
      `search: ${LINE.length + 1} bytes of 1 file are not delivered yet: that is lag, not a gap\n`,
    );
    expect(stdout).toContain(
      `No gap in what was delivered: ${LINE.length + 1} bytes are not delivered yet.\n`,
    );
  });

  test("a folder of which nothing was delivered proves nothing", async () => {
    shipped.folder.append(TODAY, LINE);
    const { code, stdout } = await shipped.verify("--sink", "search");
    expect(code).toBe(0);
    expect(stdout).toContain("Nothing to prove: no line of these files was delivered yet.\n");
  });
});

describe("the words", () => {
  test.each([
    [["--sink", "serch"], 'there is no sink "serch"; did you mean "search"?'],
    [["--since", "yesterday"], "--since: expected a day like 2026-11-21"],
    [["--since", "2026-04-05", "--until", "2026-04-03"], "--until 2026-04-03 is before --since 2026-04-05"],
  ])("%j are wrong usage", async (words, message) => {
    const { code, stderr } = await shipped.verify(...words);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  test("--since and --until choose files by the day in their names", async () => {
    for (const day of [3, 4, 5]) shipped.folder.append(`audit-2026-04-0${day}.jsonl`, requestLine({ day }));
    await shipped.ship();
    const { stdout } = await shipped.verify(
      "--json",
      "--sink",
      "search",
      "--since",
      "2026-04-04",
      "--until",
      "2026-04-04",
    );
    expect(JSON.parse(stdout).files.map(({ name }: { name: string }) => name)).toEqual([
      "audit-2026-04-04.jsonl",
    ]);
  });
});
