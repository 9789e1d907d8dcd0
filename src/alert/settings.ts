/** What the configuration says about alerts; false: the rule is off. Durations in milliseconds. */
import type { ErrorRateOptions } from "./error-rate.ts";
import type { ChannelOptions } from "./open-channel.ts";
import type { OverCountOptions } from "./over-count.ts";
import type { SpikeOptions } from "./spike.ts";

/** A rule without options. */
type Plain = Readonly<Record<string, never>> | false;

export interface AlertSettings {
  readonly error_rate: ErrorRateOptions | false;
  readonly spike: SpikeOptions | false;
  readonly budget: Plain;
  readonly unpriced: Plain;
  readonly over_count: OverCountOptions | false;
  readonly lag: number | false;
  readonly dead_letters: Plain;
  readonly verify: Plain;
  /** How often an alert that goes on is told again. */
  readonly repeat: number;
  readonly channels: Readonly<Record<string, ChannelOptions>>;
}
