/** Reads from the indices of one sink; whatever stands in the way is a UsageFault that says what to do. */
import { UsageFault } from "../../../usage/source.ts";
import {
  type Answer,
  member,
  readJson,
  type SearchRequest,
  type SearchTransport,
  serverError,
} from "../answer.ts";
import { describeAnswer } from "../refusal.ts";

export class IndexReader {
  readonly #transport: SearchTransport;
  readonly #pattern: string;
  readonly #closed = new AbortController();

  /** @param pattern matches all indices of the sink: `mem0-audit-logs-*` */
  constructor(transport: SearchTransport, pattern: string) {
    this.#transport = transport;
    this.#pattern = pattern;
  }

  get pattern(): string {
    return this.#pattern;
  }

  /** The mapping types of fields: the answer of `_field_caps`. */
  async fieldCaps(fields: readonly string[]): Promise<unknown> {
    const query = { fields: fields.join(","), include_unmapped: "true" };
    return readJson((await this.#ask({ method: "GET", path: this.#path("_field_caps"), query })).body);
  }

  /**
   * Asks all indices; what only a part of them answers is a fault.
   *
   * @returns the answer's JSON text, since large whole numbers in it are more than a number holds
   */
  async search(body: object, filterPath: string): Promise<string> {
    const answer = await this.#ask({
      method: "POST",
      path: this.#path("_search"),
      query: {
        allow_partial_search_results: "false",
        filter_path: `timed_out,_shards.failed,${filterPath}`,
      },
      headers: { "content-type": "application/json" },
      body: Buffer.from(JSON.stringify(body)),
    });
    const json = readJson(answer.body);
    if (member(json, "timed_out") !== false || member(member(json, "_shards"), "failed") !== 0)
      throw new UsageFault(`the server answered for a part of ${this.#pattern} only: ask again later`);
    return answer.body.toString();
  }

  /** Ends what is under way, and the connection. */
  close(): Promise<void> {
    this.#closed.abort();
    return this.#transport.close();
  }

  async #ask(request: SearchRequest): Promise<Answer> {
    const answer = await this.#transport.send(request, this.#closed.signal);
    if (answer.status === undefined) throw new UsageFault(answer.message);
    if (answer.status !== 200) throw new UsageFault(`${describeAnswer(answer)}: ${this.#advice(answer)}`);
    return answer;
  }

  #advice(answer: Answer): string {
    if (answer.status === 401) return "check auth in the configuration of this sink";
    if (answer.status === 403) return `give this user the right to read ${this.#pattern}`;
    if (serverError(answer)?.type === "index_not_found_exception")
      return "nothing was delivered there yet, or the option index names another";
    return "ask again later, or shorten the period with --since and --until";
  }

  #path(endpoint: string): string {
    return `/${encodeURIComponent(this.#pattern)}/${endpoint}`;
  }
}
