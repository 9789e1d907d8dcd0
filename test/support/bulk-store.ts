/**
 * What a bulk request does to OpenSearch's indices, in memory: `create` with ids, one verdict per document.
 *
 * It remembers more than a server would: whether a document ever came again with other bytes.
 */

/** An error as the server writes it for one item or a whole request. */
export interface ServerError {
  readonly status: number;
  readonly type: string;
  readonly reason: string;
}

export interface Answer {
  readonly status: number;
  readonly body: object;
}

export interface StoreCounts {
  created: number;
  conflicts: number;
  /** Conflicts in which the bytes were not those stored: each is a bug of the sender. */
  changedOnResend: number;
  refused: number;
  deferred: number;
}

interface Item {
  readonly index: string;
  readonly id: string;
  readonly document: Buffer;
}

/** Judges a document that is about to be stored; undefined lets it in. */
export type Judge = (document: Buffer, id: string) => ServerError | undefined;

export function errorAnswer({ status, type, reason }: ServerError): Answer {
  return { status, body: { error: { root_cause: [{ type, reason }], type, reason }, status } };
}

const MALFORMED = { status: 400, type: "illegal_argument_exception" };

function* lines(body: Buffer): Generator<Buffer> {
  for (let start = 0; start < body.length; ) {
    const end = body.indexOf(0x0a, start);
    yield body.subarray(start, end);
    start = end + 1;
  }
}

function readAction(line: Buffer, indexInUrl: string | undefined): { index: string; id: string } | undefined {
  try {
    const { create } = JSON.parse(line.toString()) as { create: { _index?: string; _id?: string } };
    const index = create._index ?? indexInUrl;
    return index === undefined || create._id === undefined ? undefined : { index, id: create._id };
  } catch {
    return undefined;
  }
}

/** The documents of a bulk body, or why it is malformed. Only `create` with an id is understood. */
function readBulk(body: Buffer, indexInUrl: string | undefined): Item[] | ServerError {
  if (body.at(-1) !== 0x0a)
    return { ...MALFORMED, reason: "The bulk request must be terminated by a newline [\\n]" };
  const items: Item[] = [];
  let action: { index: string; id: string } | undefined;
  for (const line of lines(body)) {
    if (action) {
      items.push({ ...action, document: line });
      action = undefined;
    } else {
      action = readAction(line, indexInUrl);
      if (!action)
        return { ...MALFORMED, reason: `Malformed action/metadata line [${items.length * 2 + 1}]` };
    }
  }
  return items;
}

function isJsonObject(document: Buffer): boolean {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(document));
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

export class BulkStore {
  /** Index, id, document. */
  readonly indices = new Map<string, Map<string, Buffer>>();
  readonly counts: StoreCounts = { created: 0, conflicts: 0, changedOnResend: 0, refused: 0, deferred: 0 };
  /** Documents that the server refuses by their content, for ever. */
  readonly #refuse: Judge;
  readonly #keepsDocuments: boolean;

  constructor(options: { readonly refuse?: Judge; readonly keepsDocuments?: boolean } = {}) {
    this.#refuse = options.refuse ?? (() => undefined);
    this.#keepsDocuments = options.keepsDocuments ?? true;
  }

  /** Every stored id; the same id in two indices is there twice. */
  ids(): string[] {
    return [...this.indices.values()].flatMap((index) => [...index.keys()]);
  }

  /** Does what the body says. `defer` may put off single documents; only the first `countMax` are looked at. */
  execute(
    body: Buffer,
    indexInUrl: string | undefined,
    defer: Judge,
    countMax = Number.POSITIVE_INFINITY,
  ): Answer {
    const items = readBulk(body, indexInUrl);
    if (!Array.isArray(items)) return errorAnswer(items);
    const results = items.slice(0, countMax).map((item) => ({ create: this.#create(item, defer) }));
    const errors = results.some(({ create }) => create.status >= 300);
    return { status: 200, body: { took: 3, errors, items: results } };
  }

  #create(
    { index, id, document }: Item,
    defer: Judge,
  ): { readonly status: number } & Record<string, unknown> {
    const names = { _index: index, _id: id };
    const deferral = defer(document, id);
    if (deferral) {
      this.counts.deferred += 1;
      return { ...names, status: deferral.status, error: deferral };
    }
    const stored = this.indices.get(index) ?? new Map<string, Buffer>();
    this.indices.set(index, stored);
    const before = stored.get(id);
    if (before) {
      this.counts.conflicts += 1;
      if (this.#keepsDocuments && !before.equals(document)) this.counts.changedOnResend += 1;
      const reason = `[${id}]: version conflict, document already exists (current version [1])`;
      return { ...names, status: 409, error: { type: "version_conflict_engine_exception", reason } };
    }
    const refusal = isJsonObject(document)
      ? this.#refuse(document, id)
      : { status: 400, type: "mapper_parsing_exception", reason: "failed to parse" };
    if (refusal) {
      this.counts.refused += 1;
      return { ...names, status: refusal.status, error: { type: refusal.type, reason: refusal.reason } };
    }
    this.counts.created += 1;
    stored.set(id, this.#keepsDocuments ? Buffer.from(document) : Buffer.alloc(0));
    return { ...names, _version: 1, result: "created", _seq_no: stored.size, _primary_term: 1, status: 201 };
  }
}
