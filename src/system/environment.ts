/** Environment variables that are neither configuration nor given by the command line: those that AWS's tools go by. */
import process from "node:process";

/** The variables of this process, as they are now. */
export function processEnvironment(): Readonly<Record<string, string | undefined>> {
  // biome-ignore lint/style/noProcessEnv: this is the place for it
  return process.env;
}

/**
 * Keeps the AWS SDK from printing to standard error that it will leave old versions of Node one day: nothing a user
 * can act on. Call it before a client is made; the SDK looks nowhere else.
 */
export function silenceAwsVersionNotice(): void {
  // biome-ignore lint/style/noProcessEnv: as above
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";
}
