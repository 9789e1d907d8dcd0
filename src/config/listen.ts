/** The address on which the daemon answers: `127.0.0.1:8231`, `[::1]:8231`. */
import { z } from "zod";

export interface ListenAddress {
  /** A name or an address, without brackets. */
  readonly host: string;
  /** 0 means: any free one. */
  readonly port: number;
}

const EXPECTED = "expected HOST:PORT like 127.0.0.1:8231 or [::1]:8231";
const PATTERN = /^(?:\[([0-9A-Fa-f:.%]+)\]|([A-Za-z0-9._-]+)):(\d{1,5})$/;
const PORT_MAX = 65_535;

/** The parts of `HOST:PORT`, or undefined if `text` is none. */
export function parseListen(text: string): ListenAddress | undefined {
  const match = PATTERN.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  return host !== undefined && port <= PORT_MAX ? { host, port } : undefined;
}

/** The reverse of `parseListen`. */
export function formatListen({ host, port }: ListenAddress): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|::1|(?:0{1,4}:){7}0{0,3}1|::ffff:127(?:\.\d{1,3}){3})$/i;

/** True if only this very host can reach the address. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

/** A configuration value that is written `HOST:PORT`. */
export const listenAddress = z
  .codec(z.string(EXPECTED).regex(PATTERN, EXPECTED), z.object({ host: z.string(), port: z.number() }), {
    decode: (text) => parseListen(text) ?? { host: "", port: Number(text.slice(text.lastIndexOf(":") + 1)) },
    encode: formatListen,
  })
  .refine(({ port }) => port <= PORT_MAX, `expected a port up to ${PORT_MAX}`)
  .meta({ examples: ["127.0.0.1:8231", "0.0.0.0:8231"] });
