/** Who an alert comes from. */
import { hostname } from "node:os";
import type { Sender } from "../alert/notification.ts";
import type { Config } from "../config/load.ts";

export function alertSender({ instance, labels }: Pick<Config, "instance" | "labels">): Sender {
  return { instance: instance === "" ? hostname() : instance, labels };
}
