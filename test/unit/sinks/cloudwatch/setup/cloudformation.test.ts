/**
 * Goal: the template in deploy/cloudwatch makes what the command makes, and CloudFormation can read it.
 * Method: it is made anew from the same definitions and compared with the file, which `--update` writes; references and
 * limits are checked in the value. No CloudFormation is asked.
 */
import { expect, test } from "vitest";
import { cloudFormationTemplate } from "../../../../support/cloudformation.ts";

const FILE = "../../../../../deploy/cloudwatch/template.json";
const JSON_TEXT = `${JSON.stringify(cloudFormationTemplate(), null, 2)}\n`;
const TEMPLATE = JSON.parse(JSON_TEXT);

test("the file is the template that the definitions make", async () => {
  await expect(JSON_TEXT).toMatchFileSnapshot(FILE);
});

test("every reference names a parameter, every condition is declared", () => {
  const placeholders = [...JSON_TEXT.matchAll(/\$\{([\w:]+)\}/g)].map(([, name]) => name);
  const references = [...JSON_TEXT.matchAll(/"Ref": "([\w:]+)"/g)].map(([, name]) => name);
  const known = [...Object.keys(TEMPLATE.Parameters), "AWS::Region", "AWS::NoValue"];
  expect([...placeholders, ...references].filter((name) => !known.includes(name ?? ""))).toEqual([]);
  const conditions = [...JSON_TEXT.matchAll(/"Condition": "(\w+)"/g)].map(([, name]) => name);
  expect(conditions.filter((name) => !((name ?? "") in TEMPLATE.Conditions))).toEqual([]);
});

test("every parameter is used, and says what it is", () => {
  for (const [name, { Description }] of Object.entries<{ Description: string }>(TEMPLATE.Parameters)) {
    expect(JSON_TEXT).toMatch(new RegExp(`\\$\\{${name}\\}|"Ref": "${name}"`));
    expect(Description).not.toBe("");
  }
});

test("names of resources are letters and digits, the whole is small enough to be sent", () => {
  const names = Object.keys(TEMPLATE.Resources);
  expect(names.filter((name) => !/^[A-Za-z0-9]+$/.test(name))).toEqual([]);
  expect(Buffer.byteLength(JSON_TEXT)).toBeLessThan(51_200);
});
