/** Which days have buckets, and of what the pages are stale: known before any page is read. */
export class Directory {
  /** UTC days with buckets, in the order of time. */
  readonly days: readonly number[];
  readonly #stale: ReadonlySet<string>;

  constructor(days: Iterable<number>, stale: ReadonlySet<string>) {
    this.days = [...new Set(days)].sort((one, other) => one - other);
    this.#stale = stale;
  }

  static nameOf(spanMs: number, startMs: number): string {
    return `${spanMs}/${startMs}`;
  }

  isStale({ ms }: { readonly ms: number }, startMs: number): boolean {
    return this.#stale.has(Directory.nameOf(ms, startMs));
  }
}
