/** The settings of `alerts: {}`, and others. */
import type { AlertSettings } from "../../../src/alert/settings.ts";

export const SETTINGS: AlertSettings = {
  error_rate: { threshold: 0.05, window: 300_000, min_requests: 20, min_errors: 3, for: 2 },
  spike: { z: 6, times_median: 3, times_maximum: 1.5, min_usd: "0.50", min_requests: 100 },
  budget: {},
  unpriced: {},
  over_count: { min_records: 1 },
  lag: 300_000,
  dead_letters: {},
  verify: {},
  repeat: 14_400_000,
  channels: { log: { type: "log" } },
};

export const ALL_OFF: AlertSettings = {
  ...SETTINGS,
  error_rate: false,
  spike: false,
  budget: false,
  unpriced: false,
  over_count: false,
  lag: false,
  dead_letters: false,
  verify: false,
};
