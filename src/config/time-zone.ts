/** The option `time_zone`, written as an IANA name and read as the zone. */
import { z } from "zod";
import { TimeZone } from "../usage/time-zone.ts";

export const timeZone = z.codec(z.string(), z.custom<TimeZone>(), {
  decode: (name, context) => {
    const zone = TimeZone.find(name);
    if (zone !== undefined) return zone;
    context.issues.push({
      code: "invalid_value",
      input: name,
      // What it may have been meant for.
      values: ["UTC", ...Intl.supportedValuesOf("timeZone")],
      message: "expected a time zone like UTC or Asia/Shanghai",
    });
    return z.NEVER;
  },
  encode: (zone) => zone.name,
});
