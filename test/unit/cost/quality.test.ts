// Goal: suspicious figures are remarked on, sound ones never. Method: tables of figures.
import { describe, expect, it } from "vitest";
import {
  qualityOfEmbeddingUsage,
  qualityOfTokenUsage,
  type UsageFigures,
} from "../../../src/cost/quality.ts";

const sound: UsageFigures = {
  path: "/memory/add",
  calls: 2,
  inputTokens: 3001,
  outputTokens: 200,
  totalTokens: 3201,
  maxTokens: undefined,
};

describe("token usage", () => {
  it("has no remark if the figures are sound", () => {
    expect(qualityOfTokenUsage(sound)).toEqual([]);
  });

  it("is remarked on for the documented sample: too many calls, all alike", () => {
    const sample = { ...sound, calls: 19, inputTokens: 42_256, outputTokens: 38_000, totalTokens: 80_256 };
    expect(qualityOfTokenUsage(sample)).toEqual(["over_count_suspected", "uniform_calls"]);
  });

  it.each([
    ["/memory/add", 2, []],
    ["/memory/add", 3, ["over_count_suspected"]],
    ["/memory/dream", 50, []],
    ["/memory/add/", 50, []],
    [undefined, 50, []],
    ["/memory/add", undefined, []],
  ])("on %s with %s calls is over-counted: %j", (path, calls, quality) => {
    expect(qualityOfTokenUsage({ ...sound, path, calls })).toEqual(quality);
  });

  it.each([
    ["both divisible", 3, 300, 60, true],
    ["only the input divisible", 3, 300, 61, false],
    ["only the output divisible", 3, 301, 60, false],
    ["two calls prove nothing", 2, 300, 60, false],
    ["no tokens prove nothing", 3, 0, 0, false],
    ["no output", 3, 300, 0, true],
    ["unknown output", 3, 300, undefined, false],
    ["unknown input", 3, undefined, 300, false],
    ["no calls", 0, 300, 60, false],
  ])("has uniform calls: %s", (_case, calls, inputTokens, outputTokens, isUniform) => {
    const quality = qualityOfTokenUsage({
      ...sound,
      path: "/memory/dream",
      calls,
      inputTokens,
      outputTokens,
      totalTokens: null,
    });
    expect(quality).toEqual(isUniform ? ["uniform_calls"] : []);
  });

  it("has hit the limit of tokens only where the record says what the limit was", () => {
    const full = { ...sound, calls: 2, outputTokens: 4000, totalTokens: undefined };
    expect(qualityOfTokenUsage(full)).toEqual([]);
    expect(qualityOfTokenUsage({ ...full, maxTokens: 2000 })).toEqual(["max_tokens_hit"]);
    expect(qualityOfTokenUsage({ ...full, maxTokens: 2001 })).toEqual([]);
    expect(qualityOfTokenUsage({ ...full, maxTokens: 0 })).toEqual([]);
    expect(qualityOfTokenUsage({ ...full, calls: 0, maxTokens: 2000 })).toEqual([]);
  });

  it.each([
    [3202, true],
    ["3201", true],
    [3201, false],
    [undefined, false],
    [null, false],
  ])("with a total of %o is inconsistent: %o", (totalTokens, isInconsistent) => {
    expect(qualityOfTokenUsage({ ...sound, totalTokens })).toEqual(
      isInconsistent ? ["tokens_inconsistent"] : [],
    );
  });

  it("may count cached tokens in its total, or leave them out", () => {
    const cached = { ...sound, cachedTokens: 1000 };
    expect(qualityOfTokenUsage({ ...cached, totalTokens: 4201 })).toEqual([]);
    expect(qualityOfTokenUsage({ ...cached, totalTokens: 3201 })).toEqual([]);
    expect(qualityOfTokenUsage({ ...cached, totalTokens: 4200 })).toEqual(["tokens_inconsistent"]);
  });

  it("is inconsistent if it has a total but not its parts", () => {
    expect(qualityOfTokenUsage({ ...sound, outputTokens: undefined })).toEqual(["tokens_inconsistent"]);
  });
});

describe("embedding usage", () => {
  it("is never remarked on for its calls", () => {
    const figures = { ...sound, calls: 30, inputTokens: 300, outputTokens: 0, totalTokens: undefined };
    expect(qualityOfEmbeddingUsage(figures)).toEqual([]);
    expect(qualityOfEmbeddingUsage({ ...figures, totalTokens: 300 })).toEqual([]);
    expect(qualityOfEmbeddingUsage({ ...figures, totalTokens: 301 })).toEqual(["tokens_inconsistent"]);
  });
});
