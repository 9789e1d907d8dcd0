/**
 * Goal: every command takes the common options, and tells which variable says the same.
 * Method: let yargs read them.
 */
import { expect, test } from "vitest";
import yargs from "yargs";
import { addCommonOptions } from "../../../src/cli/common-options.ts";

test("values are texts, --json stands alone", () => {
  const found = addCommonOptions(yargs()).parseSync(["-c", "a.yaml", "--state-dir", "7", "--json"]);
  expect(found).toMatchObject({ config: "a.yaml", stateDir: "7", json: true });
});

test("the help names the variables", async () => {
  const help = await addCommonOptions(yargs()).getHelp();
  for (const name of ["CONFIG", "DIR", "STATE_DIR", "LOG_LEVEL"])
    expect(help).toContain(`MEM0_AUDIT_${name}`);
});
