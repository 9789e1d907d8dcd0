/** Waiting for something that heeds no signal. */

/** What `value` becomes; rejects as soon as `signal` aborts. The AWS SDK does not heed a signal while it looks for credentials. */
export async function unlessAborted<Value>(value: Promise<Value>, signal: AbortSignal): Promise<Value> {
  let forget = () => {};
  const aborted = new Promise<never>((_, reject) => {
    const onAbort = () => reject(new Error("aborted"));
    forget = () => signal.removeEventListener("abort", onAbort);
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
  try {
    return await Promise.race([value, aborted]);
  } finally {
    forget();
  }
}
