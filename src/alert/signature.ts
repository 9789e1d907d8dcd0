/** The signature of a webhook: proves that a message is ours, unchanged and fresh, to those who know the secret. */
import { createHmac } from "node:crypto";

export const SIGNATURE_HEADER = "X-Mem0-Audit-Signature";

/**
 * The value of the header: `t=SECONDS,v1=HEX`. HEX is the HMAC-SHA256 with `secret` over the seconds since 1970 as text,
 * a dot, and the body's bytes. The time is signed, too, so that a receiver can refuse what was recorded and sent again.
 */
export function signatureOf(body: string, secret: string, nowMs: number): string {
  const seconds = Math.floor(nowMs / 1000);
  const hex = createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex");
  return `t=${seconds},v1=${hex}`;
}
