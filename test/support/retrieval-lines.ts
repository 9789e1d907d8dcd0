/** Retrieval details as the service writes them: the user's text and the memories that were found for it. */

/** @param members others, or more */
export function retrievalLine(
  query: string,
  memories: readonly string[],
  members: Readonly<Record<string, unknown>> = {},
): string {
  return JSON.stringify({
    ts: "2026-04-03T15:24:51.973471+00:00",
    event: "retrieval_detail",
    path: "/memory/search",
    agent_id: "dev",
    user_id: "boss",
    query,
    results: memories.map((memory, index) => ({ id: `m-${index}`, memory, score: 0.5 })),
    ...members,
  });
}
