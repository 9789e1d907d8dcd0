/** A transport without a server: it answers by a function and remembers what it was asked. */
import type { Answer, NoAnswer, SearchRequest, SearchTransport } from "../../src/sinks/bulk/answer.ts";

export interface ScriptedTransport extends SearchTransport {
  readonly requests: readonly SearchRequest[];
}

export function scriptedTransport(answer: (request: SearchRequest) => Answer | NoAnswer): ScriptedTransport {
  const requests: SearchRequest[] = [];
  return {
    requests,
    send: async (request) => {
      requests.push(request);
      return answer(request);
    },
    close: async () => undefined,
  };
}

export const UNREACHABLE: NoAnswer = { status: undefined, failure: "network", message: "ECONNREFUSED" };
