/** Secrets in the configuration: marked where they are declared, masked wherever they could be shown. */
import { z } from "zod";

/** What stands in the place of a secret. */
export const MASK = "********";

/** A configuration value that is never printed. The mark `writeOnly` is what masking goes by. */
export function secret(description: string) {
  return z.string().min(1, "expected a secret, found an empty text").meta({ description, writeOnly: true });
}

/** `text` with the user and password of every URL in it masked: `https://********@host`. */
export function maskUserInfo(text: string): string {
  return text.replace(/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/?#]*@/gi, `$1${MASK}@`);
}
