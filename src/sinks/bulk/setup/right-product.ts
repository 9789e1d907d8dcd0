/** Keeps `setup` from the other product, whose own refusals would only tell of paths that it does not know. */
import type { SetupStep } from "../../setup.ts";
import type { SearchTransport } from "../answer.ts";
import { describeMistake, type Flavour, identityOf } from "../flavour.ts";

/** The same steps, each refused where the server says that it is the other product. It is asked once. */
export function onRightProduct(
  steps: readonly SetupStep[],
  transport: SearchTransport,
  flavour: Flavour,
): readonly SetupStep[] {
  let asked: Promise<string | undefined> | undefined;
  return steps.map((step) => ({
    title: step.title,
    examine: async (signal) => {
      asked ??= findMistake(transport, flavour, signal);
      const message = await asked;
      return message === undefined ? step.examine(signal) : { state: "refused", message };
    },
    apply: (requests, signal) => step.apply(requests, signal),
  }));
}

/** What else is in the way, the step itself will tell. */
async function findMistake(
  transport: SearchTransport,
  flavour: Flavour,
  signal: AbortSignal,
): Promise<string | undefined> {
  const root = await transport.send({ method: "GET", path: "/" }, signal);
  return root.status === undefined ? undefined : describeMistake(identityOf(root), flavour);
}
