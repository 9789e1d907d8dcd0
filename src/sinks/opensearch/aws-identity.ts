/**
 * Who we are to AWS: region, service and credentials, found as AWS's own tools find them.
 *
 * AWS's library goes through the chain (environment, profile and its roles, SSO, web identity, container, instance)
 * and fetches credentials anew before they expire.
 */
import type { defaultProvider } from "@aws-sdk/credential-provider-node";
import { silenceAwsVersionNotice } from "../../system/environment.ts";
import { ConfigurationFault } from "../http/tls.ts";
import type { AuthOptions } from "../options.ts";
import { awsPlace } from "./aws-place.ts";

type Sigv4Options = NonNullable<AuthOptions["sigv4"]>;

/** What a request is signed with, in the form that the official client takes. */
export interface AwsSignature {
  readonly region: string;
  readonly service: Sigv4Options["service"];
  credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    /** Empty for credentials without a session. */
    readonly sessionToken: string;
  };
}

export class AwsIdentity {
  readonly #signature: AwsSignature;
  readonly #provide: ReturnType<typeof defaultProvider>;
  #isDoubtful = false;

  private constructor(signature: AwsSignature, provide: ReturnType<typeof defaultProvider>) {
    this.#signature = signature;
    this.#provide = provide;
  }

  /** Finds the region. Rejects with a {@link ConfigurationFault} if nothing names one. */
  static async open(options: Sigv4Options, endpoints: readonly string[]): Promise<AwsIdentity> {
    const [place] = endpoints.map(awsPlace);
    const region = options.region ?? place?.region ?? (await usualRegion());
    const credentials = { accessKeyId: "", secretAccessKey: "", sessionToken: "" };
    silenceAwsVersionNotice();
    const { defaultProvider } = await import("@aws-sdk/credential-provider-node");
    // The library would keep the content of files for as long as the process lives.
    const provide = defaultProvider({ ignoreCache: true });
    return new AwsIdentity({ region, service: options.service, credentials }, provide);
  }

  /** Always the same object; `refresh` brings its credentials up to date. */
  get signature(): AwsSignature {
    return this.#signature;
  }

  /**
   * Makes the credentials valid for the next request. Rejects with a {@link ConfigurationFault} if there are none, or
   * none until `signal` aborts.
   */
  async refresh(signal: AbortSignal): Promise<void> {
    const options = this.#isDoubtful ? { forceRefresh: true } : {};
    try {
      const found = await unlessAborted(this.#provide(options), signal);
      const { accessKeyId, secretAccessKey, sessionToken = "" } = found;
      this.#isDoubtful = false;
      this.#signature.credentials = { accessKeyId, secretAccessKey, sessionToken };
    } catch (error) {
      throw new ConfigurationFault(
        `auth.sigv4: there are no AWS credentials (${reasonOf(error)}): expected what AWS's own tools use, such as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, or a role of this machine or container`,
      );
    }
  }

  /** The server refused us: credentials that never expire may have been replaced, so they are read anew. */
  doubt(): void {
    this.#isDoubtful = true;
  }
}

/** `AWS_REGION`, else the region of the profile. AWS's library tells it only through a client. */
async function usualRegion(): Promise<string> {
  silenceAwsVersionNotice();
  const { CloudWatchLogsClient } = await import("@aws-sdk/client-cloudwatch-logs");
  const client = new CloudWatchLogsClient({});
  try {
    return await client.config.region();
  } catch {
    throw new ConfigurationFault(
      "auth.sigv4: the AWS region is not known: set region there, AWS_REGION, or a region in the profile",
    );
  } finally {
    client.destroy();
  }
}

async function unlessAborted<Value>(value: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const aborted = new Promise<never>((_, reject) => {
    const onAbort = () => reject(new Error("they did not come within request_timeout"));
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
  return Promise.race([value, aborted]);
}

/** The library's own sentence, unless it quotes a command line: that may hold secrets. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? (error.message.split("\n")[0] ?? "") : "unknown error";
  return message.startsWith("Command failed") ? "the credential_process of the profile failed" : message;
}
