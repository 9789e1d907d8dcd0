/** How alerts stand: the answer of `alerts list --json` and of `/api/v1/alerts`, made of what is remembered. */
import { RULES, type RuleName, type RuleStatus } from "./alert.ts";
import { type Notification, payloadOf, type Sender } from "./notification.ts";
import type { AlertState } from "./state-file.ts";

export interface AlertsReport {
  /** False if the configuration has no `alerts`, or no daemon watched yet. */
  readonly enabled: boolean;
  /** What each rule does. */
  readonly rules: readonly ({ readonly rule: RuleName } & RuleStatus)[];
  /** Alerts that fire, the latest first; `told` is false if a higher one speaks for it, or it was old when watching began. */
  readonly firing: readonly (AlertPayload & { readonly told: boolean })[];
  /** The last ones that are over, the latest first. */
  readonly resolved: readonly AlertPayload[];
  readonly channels: readonly {
    readonly name: string;
    /** News that it still has to tell. */
    readonly waiting: number;
    /** Why it cannot; null if the last attempt went well. */
    readonly last_error: string | null;
  }[];
}

/** As webhooks get it. */
type AlertPayload = ReturnType<typeof payloadOf>;

/** The report where nothing is watched. */
export const NOTHING_WATCHED: AlertsReport = {
  enabled: false,
  rules: [],
  firing: [],
  resolved: [],
  channels: [],
};

/** @param state undefined if nothing is watched */
export function alertsReport(state: AlertState | undefined, sender: Sender): AlertsReport {
  if (state === undefined) return NOTHING_WATCHED;
  const { alerts, resolved } = state.memory;
  const payload = (news: Notification) => payloadOf(news, sender);
  const firing = alerts
    .filter((alert) => alert.state === "firing")
    .toSorted((one, other) => other.starts_ms - one.starts_ms);
  return {
    enabled: true,
    rules: RULES.flatMap((rule) => {
      const status = state.rules[rule];
      return status === undefined ? [] : [{ rule, ...status }];
    }),
    firing: firing.map((alert) => ({
      ...payload({ ...alert, status: "firing", ends_ms: null }),
      told: alert.told_ms !== null,
    })),
    resolved: resolved.map((alert) => payload({ ...alert, status: "resolved" })),
    channels: Object.entries(state.waiting).map(([name, { news, problem }]) => ({
      name,
      waiting: news.length,
      last_error: problem,
    })),
  };
}
