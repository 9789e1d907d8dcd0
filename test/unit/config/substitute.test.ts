/**
 * Goal: references become what they stand for, once, and those that stand for nothing are told.
 * Method: texts with an environment and files in memory.
 */
import { expect, test } from "vitest";
import { substitute } from "../../../src/config/substitute.ts";
import { FILE, problemsOf, reference } from "./loading.ts";

const ENVIRONMENT = { HOST: "example", EMPTY: "", NESTED: reference("HOST") };
const FILES: Readonly<Record<string, Buffer>> = {
  "/run/secret": Buffer.from("hunter2\n"),
  "/run/lines": Buffer.from("a\nb\r\n"),
  "/run/large": Buffer.alloc(65_537, "x"),
  "/run/binary": Buffer.from([0xff]),
};

async function run(text: string): Promise<string | readonly string[]> {
  let result = text;
  const source = {
    text,
    replace: (replaced: string) => {
      result = replaced;
    },
  };
  const readWhole = async (path: string) => FILES[path];
  const problems = await substitute(source, { environment: ENVIRONMENT, files: { readWhole } });
  return problems.length > 0 ? problems.map(({ message }) => message) : result;
}

test.each([
  ["plain", "plain"],
  [reference("HOST"), "example"],
  [`https://${reference("HOST")}:${reference("PORT:-9200")}`, "https://example:9200"],
  [reference("EMPTY"), ""],
  [reference("EMPTY:-x"), "x"],
  [reference("NONE:-"), ""],
  [reference("NONE:-a:-b c"), "a:-b c"],
  [reference("file:/run/secret"), "hunter2"],
  [reference("file:/run/lines"), "a\nb"],
  [`$${reference("HOST")}`, reference("HOST")],
  ["$HOST costs $5 {a}", "$HOST costs $5 {a}"],
])("%s becomes %j", async (text, result) => {
  expect(await run(text)).toBe(result);
});

test("what is put in is not searched again", async () => {
  expect(await run(reference("NESTED"))).toBe(reference("HOST"));
});

test.each([
  [reference("HOSTT"), "the environment variable HOSTT is not set; did you mean HOST?"],
  [
    reference("OTHER"),
    `the environment variable OTHER is not set; set it or write ${reference("OTHER:-default")}`,
  ],
  [
    reference("constructor"),
    `the environment variable constructor is not set; set it or write ${reference("constructor:-default")}`,
  ],
  [reference("file:/none"), "the file /none does not exist"],
  [reference("file:"), 'the file "" does not exist'],
  [reference("file:/run/large"), "the file /run/large has 65537 bytes; at most 64 KiB are read"],
  [reference("file:/run/binary"), "the file /run/binary is not UTF-8 text"],
])("%s is refused", async (text, message) => {
  expect(await run(text)).toEqual([message]);
});

test.each([reference(""), reference("a b"), reference("1A"), reference("A:+x")])(
  "%s is no reference",
  async (text) => {
    const [message] = await run(text);
    expect(message).toContain(`found ${text}`);
  },
);

test("a reference without its end is told", async () => {
  expect(await run("$" + "{HOST")).toEqual([expect.stringContaining("closing brace")]);
});

test("the place of a problem is that of the reference, not of the text around it", async () => {
  const text = `state_dir: /a/${reference("HOST:-b")}/${reference("NONE")}\n`;
  const [problem] = await problemsOf(text);
  expect(problem).toMatch(`${FILE}:1:26: state_dir: the environment variable NONE is not set`);
});
