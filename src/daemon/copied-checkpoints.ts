/**
 * The checkpoints of a sink that commits them itself, with a copy in the state folder.
 *
 * The sink's own win. The copy is there for a start while the destination is away: what it took in beyond the
 * copy is recognised when it is sent again. And `status` reads it while no daemon runs.
 */
import type { CheckpointStore } from "../checkpoint/checkpoint-store.ts";
import type { Log } from "../system/log.ts";
import type { Checkpoint } from "../tail/checkpoint.ts";

export interface CopiedCheckpointsPorts {
  readonly name: string;
  readonly committed: CheckpointStore;
  readonly copy: CheckpointStore;
  readonly log: Log;
}

export class CopiedCheckpoints implements CheckpointStore {
  readonly #ports: CopiedCheckpointsPorts;

  constructor(ports: CopiedCheckpointsPorts) {
    this.#ports = ports;
  }

  async load(): Promise<readonly Checkpoint[]> {
    const { name, committed, copy, log } = this.#ports;
    try {
      return await committed.load();
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      log.warn(
        { sink: name, cause },
        "the sink cannot tell how far it is: going on from the copy in the state folder, lines that it has are recognised",
      );
      return copy.load();
    }
  }

  async save(checkpoints: readonly Checkpoint[]): Promise<void> {
    await this.#ports.copy.save(checkpoints);
    await this.#ports.committed.save(checkpoints);
  }
}
