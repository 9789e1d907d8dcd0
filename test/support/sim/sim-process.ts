/** One life of the daemon's process. From its crash on, nothing that it waits for ever comes. */
export class SimProcess {
  #isDead = false;

  get isDead(): boolean {
    return this.#isDead;
  }

  crash(): void {
    this.#isDead = true;
  }

  /** What `promise` gives, or nothing ever if the process died in the meantime. */
  unlessDead<Value>(promise: Promise<Value>): Promise<Value> {
    return new Promise((resolve, reject) => {
      promise.then(
        (value) => {
          if (!this.#isDead) resolve(value);
        },
        (error: unknown) => {
          if (!this.#isDead) reject(error instanceof Error ? error : new Error(String(error)));
        },
      );
    });
  }
}
