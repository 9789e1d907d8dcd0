/** How much the torture takes: TORTURE=long for the full measure, else one that fits into every run of CI. */

const IS_LONG = process.env["TORTURE"] === "long";

export const SCALE = {
  kills: IS_LONG ? 25 : 8,
  lines: IS_LONG ? 60_000 : 12_000,
  /** What is delivered to each real server, and how often the daemon is killed meanwhile. */
  backlogLines: IS_LONG ? 100_000 : 20_000,
  backlogKills: IS_LONG ? 20 : 6,
  backlogBytes: IS_LONG ? 200e6 : 40e6,
  /** What every source of usage has to add up. */
  usageLines: IS_LONG ? 1_000_000 : 50_000,
  /** How long the server stays away while memory is watched. */
  outageMs: IS_LONG ? 20_000 : 4_000,
  testTimeoutMs: 15 * 60_000,
  /** Another seed, another run: SEED=17 with the same command gives the same lines and faults. */
  seed: Number(process.env["SEED"] ?? 1),
} as const;
