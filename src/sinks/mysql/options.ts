/** The options of a sink of type `mysql`, for MySQL and MariaDB. */
import { z } from "zod";
import { checkPlace, sqlOptions } from "../sql/options.ts";

export const MYSQL_PORT = 3306;

export const mysqlOptions = z
  .strictObject(sqlOptions({ schemes: ["mysql", "mariadb"], port: MYSQL_PORT }))
  .check(checkPlace);
export type MysqlOptions = z.output<typeof mysqlOptions>;
