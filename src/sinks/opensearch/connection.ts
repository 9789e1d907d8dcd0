/** The official client's connection to one node, mended where it stands in the way of a daemon. */
import type { Connection } from "@opensearch-project/opensearch";

type ConnectionClass = typeof Connection;
type Arguments = Parameters<Connection["request"]>;

/** Derives a connection from the client's own class, which is there only once the client is loaded. */
export function mendedConnection(Base: ConnectionClass): ConnectionClass {
  return class MendedConnection extends Base {
    override request(params: Arguments[0], callback: Arguments[1]): ReturnType<Connection["request"]> {
      let cause: unknown;
      const request = super.request(params, (error, response) => {
        // The client's own error keeps the text only, which is empty where several addresses were tried.
        if (error !== null && cause !== undefined) error.cause = cause;
        // After an answer the client prints errors to standard output, which belongs to our commands.
        if (response !== null) request.removeAllListeners("error").on("error", () => undefined);
        callback(error, response);
      });
      request.prependOnceListener("error", (error: unknown) => {
        cause = error;
      });
      return request;
    }
  };
}
