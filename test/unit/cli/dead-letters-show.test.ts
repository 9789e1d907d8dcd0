/**
 * Goal: `dead-letters show` tells all about a letter but its contents, and those only when asked for.
 * Method: the whole command on letters in a temporary folder.
 */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { generationWith, refusedLetter } from "../daemon/letter.ts";
import { LettersFolder } from "./dead-letters-run.ts";

const LINE =
  '{"ts":"2026-04-03","status":7,"ok":true,"none":null,"query":"private","ids":[1,2],"cost":{"a":1}}';
const BROKEN = Buffer.from([0x00, 0xff, 0x0d, 0x7b, 0x1b]);
const letter = refusedLetter(generationWith("{}"), 10, LINE);
const broken = refusedLetter(generationWith("{}"), 500, BROKEN, {
  type: "not_json",
  attempts: 0,
  sha256: "ab".repeat(32),
  lengthBytes: 70_000,
});

let folder: LettersFolder;
beforeEach(async () => {
  folder = new LettersFolder();
  await folder.keep(letter, broken);
});
afterEach(() => folder.remove());

test("a person sees every fact and what kind of values the line has", async () => {
  const { code, stdout } = await folder.run("show", letter.id);
  expect(code).toBe(0);
  expect(stdout.split("\n").map((line) => line.replace(/ {2,}/, ": "))).toEqual([
    `id: ${letter.id}`,
    "sink: search",
    "file: audit-2026-04-03.jsonl",
    "offset: 10",
    "bytes: 97",
    "type: mapper_parsing_exception",
    "reason: failed to parse field [status] of type [long]",
    "time: 2026-04-03T16:00:00.000Z",
    "attempts: 1",
    "@timestamp: 2026-04-03T15:24:51Z",
    "kept: 97 bytes, after redaction",
    ...[": ts        text, 10 characters", ": status    number", ": ok        boolean", ": none      null"],
    ...[": query     text, 7 characters", ": ids       array, 2 elements", ": cost      object, 1 member"],
    "",
    "Values are masked; --raw prints the line.",
    "",
  ]);
});

test("JSON has the facts of the list and those of the contents, masked", async () => {
  expect(await folder.ask("show", letter.id)).toMatchObject({
    total: 1,
    items: [{ id: letter.id, kept_bytes: 97, sha256: null, contents: { query: "text, 7 characters" } }],
  });
  const { stdout } = await folder.run("show", broken.id, "--json");
  expect(JSON.parse(stdout)).toMatchObject({
    items: [{ bytes: 70_000, kept_bytes: 5, sha256: broken.sha256, contents: null }],
  });
});

test("a letter of several sinks is shown for each, or for one", async () => {
  await folder.keep({ ...letter, sink: "other" });
  expect(await folder.ask("show", letter.id)).toMatchObject({ total: 2 });
  expect(await folder.ask("show", letter.id, "--sink", "other")).toMatchObject({
    items: [{ sink: "other" }],
  });
});

describe("--raw", () => {
  test("prints exactly the bytes that were kept", async () => {
    const { code, bytes, stderr } = await folder.run("show", broken.id, "--raw");
    expect(code).toBe(0);
    expect(bytes.equals(BROKEN)).toBe(true);
    expect(stderr).toBe("dead-letters: these are the first 5 of 70000 bytes\n");
    expect((await folder.run("show", letter.id, "--raw")).bytes.toString()).toBe(LINE);
  });

  test("prints a line that several sinks have once, and asks which one if they differ", async () => {
    await folder.keep({ ...letter, sink: "same" });
    expect((await folder.run("show", letter.id, "--raw")).stdout).toBe(LINE);
    await folder.keep({ ...letter, sink: "other", line: Buffer.from("{}") });
    const { code, stdout, stderr } = await folder.run("show", letter.id, "--raw");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("choose one by --sink: search, same, other");
    expect((await folder.run("show", letter.id, "--raw", "--sink", "other")).stdout).toBe("{}");
  });
});

test("an id that no letter has is a failure with a clear sentence", async () => {
  for (const options of [[], ["--json"], ["--raw"]]) {
    const { code, stdout, stderr } = await folder.run("show", "nobody-1", ...options);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^dead-letters: no letter has the id "nobody-1"/);
  }
  expect((await folder.run("show", letter.id, "--sink", "local")).stderr).toContain(
    "no letter of the sink local",
  );
});
