/**
 * The one connection of a sink: opened when needed, dropped when something went wrong with it.
 *
 * What is asked of it goes one after the other, each within a time limit. When the limit is over the connection
 * is ended, so that the server undoes the transaction.
 */
import type { Clock } from "../../system/clock.ts";
import { TimeLimit } from "../http/time-limit.ts";
import type { SqlConnection } from "./connection.ts";
import { SqlFault } from "./fault.ts";

/** What a session works with. */
export interface SessionPorts {
  /** A connection that is not open yet. Rejects with a `SqlFault` if the configuration is of no use. */
  readonly makeConnection: () => Promise<SqlConnection>;
  readonly clock: Clock;
  /** Host, port and database, for messages. */
  readonly place: string;
}

export class SqlSession {
  readonly #ports: SessionPorts;
  #connection: SqlConnection | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(ports: SessionPorts) {
    this.#ports = ports;
  }

  /**
   * Runs `work` on the connection, alone. After any fault but one of data the connection is dropped, and with it
   * an open transaction. Rejects with a `SqlFault`, also where `signal` aborts or `limitMs` are over.
   */
  run<Result>(
    work: (connection: SqlConnection) => Promise<Result>,
    limitMs: number,
    signal: AbortSignal = new AbortController().signal,
  ): Promise<Result> {
    const turn = this.#last.then(() => this.#runAlone(work, limitMs, signal));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** Ends the connection, after what is under way. It may be opened again. */
  async close(): Promise<void> {
    await this.#last;
    const connection = this.#connection;
    this.#connection = undefined;
    await connection?.end();
  }

  async #runAlone<Result>(
    work: (connection: SqlConnection) => Promise<Result>,
    limitMs: number,
    signal: AbortSignal,
  ): Promise<Result> {
    const limit = new TimeLimit(this.#ports.clock, limitMs, signal);
    limit.signal.addEventListener("abort", () => this.#drop(), { once: true });
    try {
      if (limit.failure !== undefined) throw this.#ended(limit.failure);
      return await work(await this.#connected(limit));
    } catch (error) {
      if (error instanceof SqlFault && error.kind === "data" && limit.failure === undefined) throw error;
      this.#drop();
      throw limit.failure === undefined ? error : this.#ended(limit.failure);
    } finally {
      limit.end();
    }
  }

  async #connected(limit: TimeLimit): Promise<SqlConnection> {
    if (this.#connection !== undefined) return this.#connection;
    const connection = await this.#ports.makeConnection();
    this.#connection = connection;
    if (limit.failure !== undefined) throw this.#ended(limit.failure);
    await connection.connect();
    return connection;
  }

  #drop(): void {
    this.#connection?.destroy();
    this.#connection = undefined;
  }

  #ended(failure: "aborted" | "timeout"): SqlFault {
    const { place } = this.#ports;
    return failure === "aborted"
      ? new SqlFault("unavailable", "aborted", `the request to ${place} was given up`)
      : new SqlFault("unavailable", "timeout", `${place} did not answer in time: see request_timeout`);
  }
}
