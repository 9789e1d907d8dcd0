/**
 * Goal: every value and key of a file can be found again by its path.
 * Method: one text with lists, aliases and flow mappings; places compared by line and column.
 */
import { expect, test } from "vitest";
import { YamlSource } from "../../../src/config/yaml-source.ts";

const TEXT = `top: 1
list:
  - one
  - {two: three}
base: &base
  inner: text
copy: *base
empty:
`;

function parse(text: string): YamlSource {
  const source = YamlSource.parse("c.yaml", text);
  if (!(source instanceof YamlSource)) throw new Error(source[0]?.message);
  return source;
}

test.each([
  [["top"], "key", 1, 1],
  [["top"], "value", 1, 6],
  [["list", 0], "value", 3, 5],
  [["list", 1, "two"], "key", 4, 6],
  [["list", 1, "two"], "value", 4, 11],
  [["copy", "inner"], "value", 6, 10],
  [["empty"], "value", 8, 1],
  [["list", 9], "value", 3, 3],
  [["list", 1, "none", "deeper"], "value", 4, 5],
  [["none"], "value", 1, 1],
] as const)("%j has its %s at %d:%d, or what of it is there", (path, part, line, column) => {
  expect(parse(TEXT).placeOf(path, part)).toEqual({ line, column });
});

test("texts are found in order, with their paths, and can be replaced", () => {
  const source = parse(TEXT);
  const paths = [];
  for (const text of source.texts()) {
    paths.push(text.path.join("."));
    text.replace(text.text.toUpperCase());
  }
  expect(paths).toEqual(["list.0", "list.1.two", "base.inner"]);
  expect(source.values()?.value).toMatchObject({
    list: ["ONE", { two: "THREE" }],
    base: { inner: "TEXT" },
    copy: { inner: "TEXT" },
  });
  expect(source.originalAt(["copy", "inner"])).toBe("text");
  expect(source.originalAt(["none"])).toBeUndefined();
});

test("a key that every object has is a key like any other", () => {
  expect(parse("__proto__: 1\nconstructor: 2\n").values()?.value).toEqual(
    Object.fromEntries([
      ["__proto__", 1],
      ["constructor", 2],
    ]),
  );
});
