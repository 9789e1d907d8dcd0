/** A proxy on loopback before a server that does not speak HTTP: it passes bytes on, hangs, or cuts connections. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** After how many bytes in which direction a connection is cut. */
export interface Cut {
  readonly direction: "to_server" | "to_client";
  readonly bytes: number;
}

export class TcpProxy {
  /** `hang`: connections are taken, but nothing passes. `refuse`: they are cut at once. */
  mode: "pass" | "hang" | "refuse" = "pass";
  /** Says where a new connection is to be cut; undefined: nowhere. */
  cutOf: () => Cut | undefined = () => undefined;
  /** Connections that were cut, by direction. */
  readonly cuts = { to_server: 0, to_client: 0 };
  /** Bytes that were passed to the server. */
  bytesToServer = 0;
  readonly #target: { readonly host: string; readonly port: number };
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(target: { readonly host: string; readonly port: number }) {
    this.#target = target;
    this.#server = createServer((client) => this.#accept(client));
  }

  static async start(target: { readonly host: string; readonly port: number }): Promise<TcpProxy> {
    const proxy = new TcpProxy(target);
    proxy.#server.listen(0, "127.0.0.1");
    await once(proxy.#server, "listening");
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await once(this.#server, "close");
  }

  #accept(client: Socket): void {
    this.#keep(client);
    if (this.mode === "refuse") client.destroy();
    if (this.mode !== "pass") return;
    const server = connect(this.#target);
    this.#keep(server);
    client.once("close", () => server.destroy());
    server.once("close", () => client.destroy());
    const cut = this.cutOf();
    this.#pass(client, server, "to_server", cut);
    this.#pass(server, client, "to_client", cut);
  }

  #pass(from: Socket, to: Socket, direction: Cut["direction"], cut: Cut | undefined): void {
    let left = cut?.direction === direction ? cut.bytes : Number.POSITIVE_INFINITY;
    from.on("data", (bytes) => {
      if (direction === "to_server") this.bytesToServer += bytes.length;
      if (bytes.length < left) {
        left -= bytes.length;
        to.write(bytes);
        return;
      }
      this.cuts[direction]++;
      to.end(bytes.subarray(0, left), () => to.destroy());
      left = 0;
      from.destroy();
    });
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    // Either side may go away at any moment: that is no error of the proxy.
    socket.on("error", () => undefined);
    socket.once("close", () => this.#sockets.delete(socket));
  }
}
