/** What differs between the products. */
import type { CompiledQuery, RawBuilder } from "kysely";
import type { SqlConnection } from "./connection.ts";
import type { Statements, Tables } from "./tables.ts";

export interface SqlDialect {
  readonly statements: Statements;

  /** End of an INSERT that leaves a row alone that is there already; `column` is one of the table. */
  keepPresent(column: string): RawBuilder<unknown>;

  /** End of an INSERT into a table of sums that adds to the row that is there; sums stop at 2^63 - 1. */
  addToPresent(table: keyof Tables, columns: readonly string[]): RawBuilder<unknown>;

  /** End of an INSERT that puts one column anew where these keys are there already; the row is locked in any case. */
  replacePresent(keys: readonly string[], column: string): RawBuilder<unknown>;

  readonly schema: SchemaDialect;
}

export interface SchemaDialect {
  /** The name under which people find the tables, for messages. */
  readonly name: string;

  /** Has a row if the table `schema_version` is there. Asked within a transaction, so it must not fail. */
  readonly findVersionTable: CompiledQuery;

  /**
   * Runs `work` while no other shipper does the same: in one transaction where tables can be made in one, else
   * under a lock.
   */
  exclusively(connection: SqlConnection, work: () => Promise<void>): Promise<void>;

  /** One list of statements per version; each may have been run before. Steps are never changed, only added. */
  migrations(connection: SqlConnection): Promise<readonly (readonly CompiledQuery[])[]>;
}
