/** What a user of Elasticsearch may do: the server tells everybody what he himself may do. */
import { member, readJson, type SearchTransport } from "./answer.ts";
import { type DryWrite, tryWriting, type WriteTarget } from "./dry-write.ts";

/** `create_doc` is enough to write, and one of the next two to make an index; `index` also changes documents. */
const PRIVILEGES = ["create_doc", "auto_configure", "create_index", "index"] as const;
type Privilege = (typeof PRIVILEGES)[number];

/** Tries to write into the target, as far as this user may do what trying needs. */
export async function tryWritingAllowed(
  transport: SearchTransport,
  target: WriteTarget,
  signal: AbortSignal,
): Promise<DryWrite> {
  const held = await askPrivileges(transport, target.index, signal);
  // A server without users, or one that does not tell.
  if (held === undefined) return tryWriting(transport, target, signal);
  const missing = missingFrom(held, target);
  if (missing !== undefined) {
    return {
      canWrite: false,
      isLockedOut: false,
      message: `this user lacks the privilege ${missing} on ${target.index}: give it to a role of the user, or to the API key`,
    };
  }
  return tryWriting(transport, target, signal, held.has("index"));
}

/** Those of {@link PRIVILEGES} that this user has on the index. */
async function askPrivileges(
  transport: SearchTransport,
  index: string,
  signal: AbortSignal,
): Promise<ReadonlySet<Privilege> | undefined> {
  const question = { index: [{ names: [index], privileges: PRIVILEGES }] };
  const told = member(member(await ask(transport, question, signal), "index"), index);
  return told === undefined ? undefined : new Set(PRIVILEGES.filter((one) => member(told, one) === true));
}

/** False if this user surely may not put an index template. */
export async function mayPutTemplates(transport: SearchTransport, signal: AbortSignal): Promise<boolean> {
  const question = { cluster: ["manage_index_templates"] };
  return member(await ask(transport, question, signal), "has_all_requested") !== false;
}

/** Asks what this user may do; undefined if there are no users, or the server does not tell. */
async function ask(transport: SearchTransport, question: object, signal: AbortSignal): Promise<unknown> {
  const answer = await transport.send(
    {
      method: "POST",
      path: "/_security/user/_has_privileges",
      headers: { "content-type": "application/json" },
      body: Buffer.from(JSON.stringify(question)),
    },
    signal,
  );
  return answer.status === 200 ? readJson(answer.body) : undefined;
}

function missingFrom(held: ReadonlySet<Privilege>, { dataStream }: WriteTarget): Privilege | undefined {
  if (!held.has("create_doc")) return "create_doc";
  // A new index every day; a data stream is made once, maybe by somebody else.
  const canCreate = dataStream || held.has("auto_configure") || held.has("create_index");
  return canCreate ? undefined : "auto_configure";
}
