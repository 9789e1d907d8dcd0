/** Where a lane keeps its checkpoints between two runs. */
import type { Checkpoint } from "../tail/checkpoint.ts";

export interface CheckpointStore {
  /** The checkpoints last saved; none on the first start or if they are lost. Never rejects for broken content. */
  load(): Promise<readonly Checkpoint[]>;

  /** Replaces all checkpoints. They are durable once it resolves; a crash before leaves the old or the new. */
  save(checkpoints: readonly Checkpoint[]): Promise<void>;
}
