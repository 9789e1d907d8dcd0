/** Lets a step look at a server that is a table: answers by path; what is not in it is not there (404). */
import type { Answer } from "../../../../../src/sinks/bulk/answer.ts";
import { type StepDefinition, searchStep } from "../../../../../src/sinks/bulk/setup/step.ts";
import type { SetupState } from "../../../../../src/sinks/setup.ts";
import { answerOf } from "../../../../support/recorded-answers.ts";
import { scriptedTransport } from "../../../../support/scripted-transport.ts";

export function examine(
  definition: StepDefinition,
  answers: Readonly<Record<string, Answer | object>>,
): Promise<SetupState> {
  const transport = scriptedTransport(({ path }) => {
    const answer = answers[path];
    if (answer === undefined) return answerOf(404, { error: "not found", status: 404 });
    return "status" in answer ? (answer as Answer) : answerOf(200, answer);
  });
  return searchStep(definition, transport).examine(new AbortController().signal);
}

/** What servers answer that lack the plugin. */
export const NO_HANDLER = answerOf(400, { error: "no handler found for uri [/a] and method [GET]" });
