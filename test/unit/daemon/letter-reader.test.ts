/**
 * Goal: a letter's document is the one that its line would have become, from the file or from what was kept.
 * Method: letters beside real files; documents are compared as the text that a sink would get.
 */
import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { LetterReader } from "../../../src/daemon/letter-reader.ts";
import { documentRules } from "../../../src/daemon/rules.ts";
import { DocumentWriter } from "../../../src/document/write.ts";
import type { DeadLetter } from "../../../src/lane/dead-letters.ts";
import { systemFiles } from "../../../src/system/files.ts";
import { requestLine } from "../../support/documents.ts";
import { DaemonFolder } from "./daemon-folder.ts";
import { FILE, generationWith, refusedLetter } from "./letter.ts";

const LINE = requestLine();
const generation = generationWith(LINE);
const HASHED = { redact: { user_id: "hash" }, redact_key: "0123456789abcdef0123" };

let folder: DaemonFolder;
beforeEach(() => {
  folder = new DaemonFolder();
});
afterEach(() => folder.remove());

/** The document as JSON, or why there is none. */
async function read(letter: DeadLetter, settings: object = {}): Promise<string> {
  const config = await folder.config(settings);
  const reader = new LetterReader(config, documentRules(config), systemFiles);
  const result = await reader.read(letter, generation);
  if (result.outcome !== "document") return `${result.outcome}: ${result.reason}`;
  return new DocumentWriter({ labels: {}, withEventId: false }).json(result.document);
}

function broken(line: string, kept = line): DeadLetter {
  const sha256 = createHash("sha256").update(line).digest("hex");
  return refusedLetter(generation, 0, kept, {
    type: "not_json",
    lengthBytes: line.length,
    sha256,
    attempts: 0,
  });
}

test("the document has the letter's place in the file", async () => {
  const document = JSON.parse(await read(refusedLetter(generation, 4711, LINE)));
  expect(document).toMatchObject({ log: { file: { name: FILE }, offset: 4711 }, user_id: "boss" });
});

test("the audit file counts before what was kept, by the rules of today", async () => {
  folder.append(FILE, LINE);
  const kept = LINE.replace(',"user_id":"boss"', "");
  expect(JSON.parse(await read(refusedLetter(generation, 0, kept))).user_id).toBe("boss");
  rmSync(folder.auditDirectory, { recursive: true });
  expect(JSON.parse(await read(refusedLetter(generation, 0, kept))).user_id).toBeUndefined();
});

test("file and kept line give the same document where values are hashed", async () => {
  folder.append(FILE, LINE);
  const fromFile = await read(refusedLetter(generation, 0, LINE), HASHED);
  const { user_id } = JSON.parse(fromFile);
  expect(user_id).toMatch(/^[0-9a-f]{16}$/);
  rmSync(folder.auditDirectory, { recursive: true });
  const kept = LINE.replace("boss", user_id);
  expect(await read(refusedLetter(generation, 0, kept), HASHED)).toBe(fromFile);
});

test("a rule that is new since the line was kept holds all the same", async () => {
  const document = JSON.parse(
    await read(refusedLetter(generation, 0, LINE), { redact: { user_id: "drop" } }),
  );
  expect(document.user_id).toBeUndefined();
  expect(JSON.parse(await read(refusedLetter(generation, 0, LINE), HASHED)).user_id).toMatch(
    /^[0-9a-f]{16}$/,
  );
});

test("a line without a time keeps the one that it had when it was refused", async () => {
  const document = JSON.parse(await read(refusedLetter(generation, 0, '{"status":"odd"}')));
  expect(document).toMatchObject({ "@timestamp": "2026-04-03T15:24:51Z", tags: ["bad_timestamp"] });
});

test("a line that is no JSON object still is none", async () => {
  expect(await read(broken('{"torn'))).toMatch(/^stillRefused: still no document: not valid JSON/);
  expect(await read(broken("[1]"))).toMatch(
    /^stillRefused: still no document: valid JSON, but not an object/,
  );
  expect(await read(broken("  "))).toBe("stillRefused: still no document: blank");
});

test("a line that was kept in part is read from the file, and lost with it", async () => {
  const long = "x".repeat(70_000);
  const letter = broken(long, long.slice(0, 65_536));
  folder.append(FILE, long);
  const reader = { ...letter, generationId: generationWith(long.slice(0, 65_536)).id };
  expect(await read(reader)).toMatch(/^stillRefused: still no document/);
  rmSync(folder.auditDirectory, { recursive: true });
  expect(await read(reader)).toBe(
    "failed: the audit files no longer hold the line, and only its first 65536 of 70000 bytes were kept",
  );
});

test("a line that is too long is not even looked for", async () => {
  const letter = { ...broken("head"), lengthBytes: 9_000_000 };
  expect(await read(letter)).toBe("stillRefused: still no document: longer than 8388608 bytes");
});

test("a line that only redaction made longer than a line may be is read from the file", async () => {
  folder.append(FILE, LINE);
  const document = JSON.parse(await read(refusedLetter(generation, 0, LINE, { lengthBytes: 9_000_000 })));
  expect(document.user_id).toBe("boss");
});
