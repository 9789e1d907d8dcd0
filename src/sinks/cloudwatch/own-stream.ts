/** The log stream of this installation: for delivery, and for whoever looks what was delivered. */
import { hostname } from "node:os";
import { processEnvironment } from "../../system/environment.ts";
import type { SinkContext } from "../table.ts";
import { instanceIdOf } from "./instance-id.ts";
import { KeptName } from "./kept-name.ts";
import type { CloudWatchOptions } from "./options.ts";
import { streamNameOf } from "./stream-name.ts";

/** The name that `log_stream` stands for here, as the state folder keeps it. Nothing is asked yet. */
export function ownStream(
  { log_stream }: Pick<CloudWatchOptions, "log_stream">,
  { clock, memory }: Pick<SinkContext, "clock" | "memory">,
): KeptName {
  return new KeptName(log_stream, memory, () =>
    streamNameOf(log_stream, {
      instanceId: () => instanceIdOf({ environment: processEnvironment(), clock }),
      hostname: hostname(),
    }),
  );
}
