/**
 * The channel `slack`: an incoming webhook of Slack, or of what takes the same (Mattermost, Discord's `/slack`).
 *
 * Formats and limits: https://api.slack.com/reference/block-kit/blocks and
 * https://api.slack.com/reference/surfaces/formatting#escaping
 */
import type { Clock } from "../system/clock.ts";
import type { Channel } from "./channel.ts";
import type { Notification, Sender } from "./notification.ts";
import { type Post, post } from "./post.ts";

/** A header block takes 150 characters, a section 3000; escaping makes five of one. */
const HEADER_CHARACTERS_MAX = 150;
const TEXT_CHARACTERS_MAX = 600;

const SIGNS = { info: ":information_source:", warning: ":warning:", critical: ":rotating_light:" } as const;

export function slackChannel(
  target: Pick<Post, "url" | "timeoutMs" | "tls">,
  sender: Sender,
  clock: Clock,
): Channel {
  return {
    send: (notification, signal) => {
      const body = JSON.stringify(slackMessage(notification, sender));
      return post({ ...target, headers: {}, body }, clock, signal);
    },
  };
}

/** The message: `text` for notifications and screen readers, `blocks` for the eye. */
export function slackMessage(notification: Notification, { instance, labels }: Sender) {
  const { status, severity, title, text, starts_ms, ends_ms } = notification;
  const headline = status === "resolved" ? `Resolved: ${title}` : title;
  const sign = status === "resolved" ? ":white_check_mark:" : SIGNS[severity];
  const times = [
    `since ${new Date(starts_ms).toISOString()}`,
    ...(ends_ms === null ? [] : [`over at ${new Date(ends_ms).toISOString()}`]),
  ];
  const places = [instance, ...Object.entries(labels).map(([name, value]) => `${name}=${value}`)];
  return {
    text: escaped(cut(`${headline}: ${text}`, TEXT_CHARACTERS_MAX)),
    blocks: [
      {
        type: "header",
        // Plain text is shown as it is but for the signs.
        text: { type: "plain_text", text: cut(`${sign} ${headline}`, HEADER_CHARACTERS_MAX), emoji: true },
      },
      {
        type: "section",
        text: { type: "mrkdwn", text: escaped(cut(text, TEXT_CHARACTERS_MAX)), verbatim: true },
      },
      {
        type: "context",
        elements: [
          {
            type: "mrkdwn",
            text: escaped(cut([...places, severity, ...times].join(" · "), TEXT_CHARACTERS_MAX)),
            verbatim: true,
          },
        ],
      },
    ],
  };
}

function cut(text: string, charactersMax: number): string {
  return text.length > charactersMax ? `${text.slice(0, charactersMax - 1)}…` : text;
}

/** Makes `<!channel>` and the like plain text: a name from an audit line must not wake everybody. */
function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
