/**
 * Goal: the result of each run is kept for others, sink by sink, and a kind that cannot tell what it holds says so.
 * Method: runs on a shipped folder, with a table of kinds of the test's choosing.
 */
import { chmodSync, readFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runProof } from "../../../src/cli/verify-run.ts";
import { isProven } from "../../../src/cli/verify-text.ts";
import { SINKS, type SinkKind } from "../../../src/sinks/table.ts";
import { systemClock } from "../../../src/system/clock.ts";
import { requestLine } from "../../support/documents.ts";
import { FakeTerminal } from "./fake-terminal.ts";
import { TODAY, VerifyFolder } from "./verify-folder.ts";

let shipped: VerifyFolder;
beforeEach(async () => {
  shipped = await VerifyFolder.make();
  shipped.folder.append(TODAY, requestLine(), requestLine());
  await shipped.ship();
});
afterEach(() => shipped.remove());

const REQUEST = { since: undefined, until: undefined, json: true, repair: false };

async function run(names: readonly string[], kinds: Readonly<Record<string, SinkKind>> = SINKS) {
  const request = { ...REQUEST, names, isNamed: false };
  const tools = { clock: systemClock, kinds };
  return runProof(await shipped.config(), request, new FakeTerminal(), tools, new AbortController().signal);
}

function kept() {
  return JSON.parse(readFileSync(shipped.folder.state.verified, "utf8"));
}

test("the missing lines of each sink are kept, also from an earlier run", async () => {
  shipped.lose(0);
  await run(["local", "search"]);
  expect(kept()).toMatchObject({ version: 1, sinks: { local: { missing: 0 }, search: { missing: 1 } } });
  await run(["local"]);
  expect(kept().sinks).toEqual({ local: { missing: 0 }, search: { missing: 1 } });
});

test("of a sink that could not be asked nothing new is kept", async () => {
  await run(["search"]);
  shipped.server.misbehave = (_, response) => {
    response.writeHead(401).end("{}");
    return true;
  };
  const { lanes } = await run(["search"]);
  expect(lanes[0]?.fault).toContain("401");
  expect(kept().sinks).toEqual({ search: { missing: 0 } });
});

test("a kind without the means cannot be verified: a remark, but no proof for who asks for it alone", async () => {
  const { opensearch } = SINKS;
  if (opensearch === undefined) throw new Error("no such kind");
  const { presence: _, ...without } = opensearch;
  const report = await run(["search"], { opensearch: without });
  expect([...report.unverifiable]).toEqual([
    ["search", "a sink of type opensearch cannot tell which lines it holds: it cannot be verified"],
  ]);
  expect([isProven(report, { isNamed: false }), isProven(report, { isNamed: true })]).toEqual([true, false]);
});

test.skipIf(process.getuid?.() === 0)("a state folder that cannot be written is a remark", async () => {
  chmodSync(shipped.folder.state.path, 0o500);
  expect((await run(["search"])).notKept).toContain("EACCES");
  chmodSync(shipped.folder.state.path, 0o700);
});
