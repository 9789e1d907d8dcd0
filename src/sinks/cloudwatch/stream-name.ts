/** The name of the log stream: `log_stream` with its placeholders filled, made legal. */

/** What placeholders stand for. */
export interface StreamNameSources {
  /** The id of this EC2 instance; undefined elsewhere. Asked only if the template wants it. */
  instanceId(): Promise<string | undefined>;
  readonly hostname: string;
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogStream.html */
const NAME_CHARACTERS_MAX = 512;

const DATE = "{date}";
/** `2026-04-03` */
const DAY_CHARACTERS = 10;

/**
 * Fills `{instance_id}` (the host name where there is none) and `{hostname}`. `{date}` stays, for `datedStreamName`.
 * Neither `:` nor `*` may occur in a name: they become `-`. Longer names than 512 characters are cut.
 */
export async function streamNameOf(template: string, sources: StreamNameSources): Promise<string> {
  const hostname = sources.hostname || "unknown-host";
  const wantsInstance = template.includes("{instance_id}");
  const instance = (wantsInstance ? await sources.instanceId() : undefined) ?? hostname;
  const parts = template.split(DATE).map((part) => filled(part, instance, hostname));
  const datesCharacters = (parts.length - 1) * DAY_CHARACTERS;
  return shortened(parts, NAME_CHARACTERS_MAX - datesCharacters).join(DATE);
}

/** The name of the stream for lines of this day, `2026-04-03`: the same one for all days if it has no `{date}`. */
export function datedStreamName(name: string, day: string): string {
  return name.replaceAll(DATE, day);
}

function filled(part: string, instance: string, hostname: string): string {
  return part
    .replace(/\{(?:instance_id|hostname)\}/g, (found) => (found === "{hostname}" ? hostname : instance))
    .replace(/[:*]/g, "-");
}

/** The parts, of which the first are kept so far that all together have at most `charactersMax`. */
function shortened(parts: readonly string[], charactersMax: number): string[] {
  let rest = charactersMax;
  return parts.map((part) => {
    const kept = part.slice(0, rest);
    rest -= kept.length;
    return kept;
  });
}
