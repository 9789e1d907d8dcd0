/** The lane `bodies`, made of the section of the configuration that asks for it. */
import { join } from "node:path";
import type { Config } from "../config/load.ts";
import type { BodyRules } from "../document/body.ts";
import type { BodyStore } from "../sinks/bodies/body-store.ts";
import { FileBodyStore } from "../sinks/bodies/file-store.ts";
import type { BodiesOptions, FileBodiesOptions } from "../sinks/bodies/options.ts";
import { AwsS3 } from "../sinks/bodies/s3/client.ts";
import { bodiesPlan } from "../sinks/bodies/s3/setup.ts";
import { keyPrefix, S3BodyStore } from "../sinks/bodies/s3/store.ts";
import { BodiesSink } from "../sinks/bodies/sink.ts";
import type { SetupPlan } from "../sinks/setup.ts";
import type { Clock } from "../system/clock.ts";
import { systemFiles } from "../system/files.ts";
import { systemProbes } from "../system/probes.ts";
import { systemWriteOnce } from "../system/write-once.ts";
import type { PlannedLane } from "./lane-plan.ts";

/** The name of its lane. */
export const BODIES_LANE = "bodies";

type BodiesConfig = Pick<Config, "bodies" | "redact_key" | "state_dir">;

/** How documents refer to bodies; undefined if none are kept. */
export function bodyRules({ bodies, redact_key: key }: BodiesConfig): BodyRules | undefined {
  if (bodies === undefined) return undefined;
  const place = bodies.store === "s3" ? `s3://${bodies.bucket}/${keyPrefix(bodies)}` : "";
  return { place, key };
}

/** The lane of bodies; undefined if none are kept. */
export function planBodiesLane(config: BodiesConfig, clock: Clock): PlannedLane | undefined {
  const { bodies } = config;
  if (bodies === undefined) return undefined;
  return {
    name: BODIES_LANE,
    type: bodies.store,
    sink: new BodiesSink(openBodyStore(bodies, config, clock)),
    backoff: { initialMs: bodies.retry.initial, maxMs: bodies.retry.max },
  };
}

/** The place that `bodies` names. Nothing is read or sent yet. */
export function openBodyStore(
  bodies: BodiesOptions,
  config: Pick<Config, "state_dir">,
  clock: Clock,
): BodyStore {
  if (bodies.store === "s3") return new S3BodyStore(bodies, new AwsS3(bodies, clock));
  return openFileBodyStore(bodies, config, clock);
}

/** The same for a folder. */
export function openFileBodyStore(
  { directory }: FileBodiesOptions,
  { state_dir }: Pick<Config, "state_dir">,
  clock: Clock,
): FileBodyStore {
  const ports = { files: systemFiles, once: systemWriteOnce, probes: systemProbes, clock };
  return new FileBodyStore(directory ?? join(state_dir, "bodies"), ports);
}

/** What `setup` makes for bodies; undefined if there is nothing to make. */
export function bodiesSetup({ bodies }: BodiesConfig, clock: Clock): SetupPlan | undefined {
  return bodies?.store === "s3" ? bodiesPlan(bodies, new AwsS3(bodies, clock)) : undefined;
}
