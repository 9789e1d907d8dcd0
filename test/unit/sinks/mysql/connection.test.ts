/**
 * Goal: a server that is away, or hangs, is a fault that may pass, and a connection can be ended at once.
 * Method: the suite of all connections. What a real server answers is in test/integration/sql.test.ts.
 */
import { MysqlConnection } from "../../../../src/sinks/mysql/connection.ts";
import { testConnection } from "../sql/connection-suite.ts";

testConnection((place) => new MysqlConnection(place, undefined));
