/**
 * Goal: the scripts complete what can be typed at each place.
 * Method: bash itself reads the script and is asked for the words at the end of a line.
 */
import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { bashScript, zshScript } from "../../../src/cli/completion-script.ts";

const COMMANDS = [
  { name: "run", actions: [], switches: ["--once", "--json"], valued: ["--config", "-c"], values: {} },
  {
    name: "letters",
    actions: ["list", "show"],
    switches: ["--json"],
    valued: ["--config", "-c", "--sink", "--by"],
    values: { "--by": ["day", "date", "file"] },
  },
];

/** What bash offers at the end of a line. */
function offered(...words: readonly string[]): string[] {
  const ask = `COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _mem0_audit_shipper; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync(
    "bash",
    ["-c", `${bashScript(COMMANDS)}${ask}`, "bash", "mem0-audit-shipper", ...words],
    { encoding: "utf8" },
  );
  expect(stderr).toBe("");
  return stdout.split("\n").filter((line) => line !== "");
}

describe("bash", () => {
  test("offers the commands first", () => {
    expect(offered("")).toEqual(expect.arrayContaining(["run", "letters", "--config", "--help"]));
    expect(offered("le")).toEqual(["letters"]);
  });

  test("offers what a command knows", () => {
    expect(offered("letters", "")).toEqual(["list", "show", "--config", "-c", "--sink", "--by", "--json"]);
    expect(offered("letters", "list", "--s")).toEqual(["--sink"]);
    expect(offered("run", "--o")).toEqual(["--once"]);
  });

  test("finds the command after options", () => {
    expect(offered("--config", "some.yaml", "run", "--o")).toEqual(["--once"]);
  });

  test("offers the values of an option, one after the other", () => {
    expect(offered("letters", "--by", "")).toEqual(["day", "date", "file"]);
    expect(offered("letters", "list", "--by", "da")).toEqual(["day", "date"]);
    expect(offered("letters", "--by", "file,da")).toEqual(["file,day", "file,date"]);
    expect(offered("run", "--by", "da")).toEqual([]);
  });

  test("offers files where a path belongs, and nothing where it cannot know", () => {
    expect(offered("run", "--config", "package.j")).toEqual(["package.json"]);
    expect(offered("letters", "--sink", "")).toEqual([]);
  });
});

test("zsh gets the same, after what lets it read completions of bash", () => {
  expect(zshScript(COMMANDS)).toBe(`autoload -U +X bashcompinit && bashcompinit\n${bashScript(COMMANDS)}`);
});
