/**
 * Goal: at the wrong product `setup` says which one answered and what to write; elsewhere it does its work.
 * Method: steps that note that they were asked, and a transport that answers as either product does.
 */
import { expect, test } from "vitest";
import { ELASTICSEARCH, OPENSEARCH } from "../../../../../src/sinks/bulk/flavour.ts";
import { onRightProduct } from "../../../../../src/sinks/bulk/setup/right-product.ts";
import type { SetupStep } from "../../../../../src/sinks/setup.ts";
import { answerOf } from "../../../../support/recorded-answers.ts";
import { scriptedTransport, UNREACHABLE } from "../../../../support/scripted-transport.ts";

const signal = new AbortController().signal;
const AS_OPENSEARCH = answerOf(200, { version: { distribution: "opensearch", number: "3.8.0" } });

function steps(): { readonly asked: string[]; readonly steps: SetupStep[] } {
  const asked: string[] = [];
  const step = (title: string): SetupStep => ({
    title,
    examine: async () => {
      asked.push(title);
      return { state: "present" };
    },
    apply: async () => void asked.push(`apply ${title}`),
  });
  return { asked, steps: [step("one"), step("two")] };
}

test("every step is refused at the other product, which is asked once", async () => {
  const transport = scriptedTransport(() => AS_OPENSEARCH);
  const { asked, steps: inner } = steps();
  for (const step of onRightProduct(inner, transport, ELASTICSEARCH))
    expect(await step.examine(signal)).toEqual({
      ...{ state: "refused", message: "this is OpenSearch 3.8.0, not Elasticsearch: write type: opensearch" },
    });
  expect([asked, transport.requests.length]).toEqual([[], 1]);
});

test.each([
  ["the right product", AS_OPENSEARCH],
  ["a server that does not say", answerOf(403)],
  ["nobody", UNREACHABLE],
])("the steps go on as they are at %s", async (_, answer) => {
  const { asked, steps: inner } = steps();
  const [one] = onRightProduct(
    inner,
    scriptedTransport(() => answer),
    OPENSEARCH,
  );
  expect(await one?.examine(signal)).toEqual({ state: "present" });
  await one?.apply([], signal);
  expect([one?.title, asked]).toEqual(["one", ["one", "apply one"]]);
});
