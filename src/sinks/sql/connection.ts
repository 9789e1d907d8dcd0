/** One connection to a database: the port between the statements and the drivers of the two products. */
import type { CompiledQuery } from "kysely";

export interface SqlConnection {
  /** The most bytes that one statement may have, its values included; known once connected. */
  readonly statementBytesMax: number;

  /** Opens it. Rejects with a `SqlFault`. */
  connect(): Promise<void>;

  /**
   * Runs one statement and returns its rows. Whole numbers of 64 bits and exact decimals arrive as text, bytes as
   * Buffer. Rejects with a `SqlFault`.
   */
  query<Row>(statement: CompiledQuery<Row>): Promise<readonly Row[]>;

  /** Says goodbye to the server. Never rejects. */
  end(): Promise<void>;

  /** Ends it at once: what is under way rejects, and the server undoes the open transaction. */
  destroy(): void;
}
