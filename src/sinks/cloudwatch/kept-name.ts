/**
 * The name of the log stream, kept in the state folder: another host name, or a metadata service that does not
 * answer, must not send the same lines into another stream.
 */
import { errorCode } from "../../system/files.ts";
import type { SinkMemory } from "../table.ts";

export class KeptName {
  readonly #template: string;
  readonly #memory: SinkMemory;
  readonly #resolve: () => Promise<string>;
  #name: Promise<string> | undefined;

  /**
   * @param template the option `log_stream`: another one has another name
   * @param resolve fills it, but for `{date}`
   */
  constructor(template: string, memory: SinkMemory, resolve: () => Promise<string>) {
    this.#template = template;
    this.#memory = memory;
    this.#resolve = resolve;
  }

  /** The kept name, else the one that is right now; the same at each call. */
  get(): Promise<string> {
    this.#name ??= this.#find();
    return this.#name;
  }

  /** Keeps the name from now on; returns a warning if that is not possible. */
  async keep(): Promise<string | undefined> {
    const name = await this.get();
    if ((await this.#kept()) === name) return undefined;
    try {
      await this.#memory.save({ log_stream: this.#template, name });
      return undefined;
    } catch (error) {
      return `the name of the log stream, ${name}, could not be kept in the state folder (${errorCode(error)}): make room and give this user the right to write there, or write the name itself into log_stream`;
    }
  }

  async #find(): Promise<string> {
    return (await this.#kept()) ?? (await this.#resolve());
  }

  async #kept(): Promise<string | undefined> {
    const { log_stream, name } = await this.#memory.load();
    return log_stream === this.#template ? name : undefined;
  }
}
