/**
 * Goal: every daily index that is there comes to have the alias, those of others do not, and an index of its name is
 * told with the remedy.
 * Method: answers of `_resolve/index` as the servers give them.
 */
import { describe, expect, it } from "vitest";
import { parseIndexName } from "../../../../../src/sinks/bulk/index-name.ts";
import { aliasStep } from "../../../../../src/sinks/bulk/setup/alias-step.ts";
import { answerOf } from "../../../../support/recorded-answers.ts";
import { examine } from "./examining.ts";

const NAME = "/_resolve/index/logs";
const DAYS = "/_resolve/index/logs-*";

function step(option = "logs-{yyyy.MM.dd}") {
  return aliasStep(parseIndexName(option), "logs");
}

function indices(...entries: readonly (readonly [name: string, ...aliases: string[]])[]) {
  return {
    indices: entries.map(([name, ...aliases]) => ({ name, aliases, attributes: ["open"] })),
    aliases: [],
  };
}

function add(...names: readonly string[]) {
  const actions = names.map((index) => ({ add: { index, alias: "logs" } }));
  return [{ operation: "POST /_aliases", body: { actions } }];
}

describe("the alias", () => {
  it("needs nothing where there are no indices yet", async () => {
    expect(await examine(step(), { [DAYS]: indices() })).toEqual({ state: "present" });
    expect(await examine(step(), {})).toEqual({ state: "present" });
  });

  it("is put on all indices, or on those that lack it", async () => {
    const found = indices(["logs-2026.04.02"], ["logs-2026.04.03"]);
    expect(await examine(step(), { [DAYS]: found })).toEqual({
      state: "missing",
      requests: add("logs-2026.04.02", "logs-2026.04.03"),
    });
    const partly = indices(["logs-2026.04.02", "logs", "other"], ["logs-2026.04.03", "other"]);
    expect(await examine(step(), { [DAYS]: partly })).toEqual({
      state: "different",
      requests: add("logs-2026.04.03"),
    });
  });

  it("is there once all have it", async () => {
    expect(await examine(step(), { [DAYS]: indices(["logs-2026.04.02", "logs"]) })).toEqual({
      state: "present",
    });
  });

  it("leaves alone what only looks like an index of ours", async () => {
    const others = indices(["logs-test"], ["logs-2026.04.02-copy"], ["logs-a2026.04.02"]);
    expect(await examine(step(), { [DAYS]: others })).toEqual({ state: "present" });
  });

  it("takes every character of the name as it is", async () => {
    const dotted = aliasStep(parseIndexName("a.b-{yyyy}-{MM.dd}-c"), "a.b-c");
    const found = indices(["a.b-2026-04.02-c"], ["axb-2026-04.02-c"]);
    const state = await examine(dotted, { "/_resolve/index/a.b-*-c": found });
    expect(state).toMatchObject({
      requests: [{ body: { actions: [{ add: { index: "a.b-2026-04.02-c" } }] } }],
    });
  });

  it("is refused where an index has its name", async () => {
    const state = await examine(step(), { [NAME]: indices(["logs"]), [DAYS]: indices(["logs-2026.04.02"]) });
    expect(state).toEqual({
      state: "refused",
      message:
        'an index named "logs" is in the way of the alias (the service\'s guides for Fluent Bit and Vector make one): end what writes into it, copy it by POST /_reindex into "logs-0", delete it, and run setup again',
    });
  });

  it("is not taken for an index itself", async () => {
    const alias = { indices: [], aliases: [{ name: "logs", indices: ["logs-2026.04.02"] }] };
    expect(await examine(step(), { [NAME]: alias })).toEqual({ state: "present" });
  });

  it("is refused where one may not look", async () => {
    const state = await examine(step(), { [DAYS]: answerOf(403, {}) });
    expect(state).toMatchObject({ state: "refused", message: expect.stringContaining("manage aliases") });
  });
});
