/** The official client's connection to one node, mended where it stands in the way of a daemon. */
import type { ClientRequest, ClientRequestArgs } from "node:http";
import type {
  ConnectionOptions,
  ConnectionRequestParams,
  ConnectionRequestResponseAsStream,
  HttpConnection,
} from "@elastic/elasticsearch";

export interface NodeConnection extends HttpConnection {
  /**
   * Sends one request, once, without a limit of time. Rejects with Node's own error, which has a code, or when
   * `signal` aborts before the answer begins.
   */
  stream(params: ConnectionRequestParams, signal: AbortSignal): Promise<ConnectionRequestResponseAsStream>;
}

/** What the client wants for its log, which nobody reads. */
const UNUSED = { requestId: "", name: "", context: null };

/** Derives a connection from the client's own class, which is there only once the client is loaded. */
export function mendedConnection(Base: typeof HttpConnection): typeof HttpConnection {
  return class MendedConnection extends Base implements NodeConnection {
    #outgoing: ClientRequest | undefined;

    constructor(options: ConnectionOptions) {
      super(options);
      const send = this.makeRequest as (options: ClientRequestArgs) => ClientRequest;
      this.makeRequest = ((options: ClientRequestArgs) => {
        this.#outgoing = send(options);
        return this.#outgoing;
      }) as typeof this.makeRequest;
    }

    stream(params: ConnectionRequestParams, signal: AbortSignal): Promise<ConnectionRequestResponseAsStream> {
      this.#outgoing = undefined;
      const answer = super.request(params, { ...UNUSED, signal, timeout: 0, asStream: true });
      const outgoing = this.#outgoing as ClientRequest | undefined;
      // The client's own error keeps the text only, and after an answer that is no HTTP it would never come.
      const failure = new Promise<never>((_, reject) => outgoing?.once("error", reject));
      return Promise.race([failure, answer]);
    }

    /** The client's own would wait, second by second, for requests that broke off. */
    override async close(): Promise<void> {
      this.agent?.destroy();
    }
  };
}
