/**
 * Goal: a server that is away, or hangs, is a fault that may pass, and a connection can be ended at once.
 * Method: the suite of all connections. What a real server answers is in test/integration/sql.test.ts.
 */
import { PostgresConnection } from "../../../../src/sinks/postgres/connection.ts";
import { testConnection } from "../sql/connection-suite.ts";

testConnection((place) => new PostgresConnection(place, undefined));
