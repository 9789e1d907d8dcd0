/**
 * Goal: the table of commands says what the commands themselves say.
 * Method: load every command and compare.
 */
import { describe, expect, test } from "vitest";
import { COMMANDS } from "../../../src/cli/commands.ts";

describe.each(Object.entries(COMMANDS))("%s", (name, entry) => {
  test("is loaded under the words that help shows", async () => {
    const loaded = await entry.load();
    expect({ usage: loaded.usage, description: loaded.description }).toEqual({
      usage: entry.usage,
      description: entry.description,
    });
    expect(entry.usage.split(" ")[0]).toBe(name);
  });
});
