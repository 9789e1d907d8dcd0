/**
 * Goal: what a configuration says is what is in force, by the order flag, environment, file, default; whatever
 * is wrong with it is told with file, line, column and key, and with what would be right.
 * Method: texts as files in memory; a table of broken texts with their exact messages.
 */
import { expect, test } from "vitest";
import { loadConfig } from "../../../src/config/load.ts";
import { SINKS } from "../../../src/sinks/table.ts";
import { configOf, FILE, loadText, problemsOf, rawProblemsOf, reference } from "./loading.ts";

const SINK_TYPES = Object.keys(SINKS).join(", ");
const NO_FILES = { readWhole: async () => undefined };
const SINK = "  search:\n    type: opensearch\n    endpoints: [https://host:9200]\n";

test("without a file, ./audit_logs goes into ./state with the store alone", async () => {
  const loaded = await loadConfig({ environment: {}, files: NO_FILES });
  expect(loaded).toMatchObject({
    ok: true,
    file: undefined,
    warnings: [],
    config: {
      source: { directory: "./audit_logs", include: "*.jsonl" },
      state_dir: "./state",
      instance: "",
      labels: {},
      store: { enabled: true, records: "auto" },
      sinks: {},
      http: { enabled: true, listen: { host: "127.0.0.1", port: 8231 } },
      log: { level: "info" },
      shutdown_timeout: 20_000,
      ready_lag: 300_000,
    },
  });
});

test("an empty file, or one of comments only, says nothing", async () => {
  const defaults = await loadConfig({ environment: {}, files: NO_FILES });
  for (const text of ["", "# nothing\n", "---\n", "sinks:\nlabels:\n"]) {
    expect(await configOf(text)).toEqual(defaults.ok && defaults.config);
  }
});

test("a flag wins over the environment, which wins over the file", async () => {
  const text = "source: {directory: /file}\nstate_dir: /file-state\nlog: {level: warn}\n";
  const environment = { MEM0_AUDIT_DIR: "/environment", MEM0_AUDIT_STATE_DIR: "/environment-state" };
  const config = await configOf(text, { environment, auditDir: "/flag" });
  expect(config.source.directory).toBe("/flag");
  expect(config.state_dir).toBe("/environment-state");
  expect(config.log.level).toBe("warn");
});

test("every environment variable is heard, an empty one is not", async () => {
  const config = await configOf("", {
    environment: {
      MEM0_AUDIT_DIR: "/a",
      MEM0_AUDIT_STATE_DIR: "",
      MEM0_AUDIT_LOG_LEVEL: "debug",
      MEM0_AUDIT_HTTP_LISTEN: "0.0.0.0:80",
      MEM0_AUDIT_HTTP_TOKEN: "secret",
    },
  });
  expect(config.source.directory).toBe("/a");
  expect(config.state_dir).toBe("./state");
  expect(config.log.level).toBe("debug");
  expect(config.http).toEqual({ enabled: true, listen: { host: "0.0.0.0", port: 80 }, token: "secret" });
});

test("the file is named by MEM0_AUDIT_CONFIG unless a flag names another", async () => {
  const texts: Record<string, string> = { "a.yaml": "instance: a", "b.yaml": "instance: b" };
  const files = { readWhole: async (path: string) => Buffer.from(texts[path] ?? "") };
  const environment = { MEM0_AUDIT_CONFIG: "a.yaml" };
  expect(await loadConfig({ environment, files })).toMatchObject({
    file: "a.yaml",
    config: { instance: "a" },
  });
  expect(await loadConfig({ environment, files, file: "b.yaml" })).toMatchObject({
    config: { instance: "b" },
  });
});

test("models come from the file, else from the service's variables, else from its documentation", async () => {
  const environment = { LLM_MODEL: "from-env", EMBEDDING_MODEL: "from-env" };
  expect((await configOf("models: {llm: mine}", { environment })).models).toEqual({
    llm: { model: "mine", source: "config" },
    embedding: { model: "from-env", source: "env" },
  });
  expect((await configOf("")).models).toEqual({
    llm: { model: "us.anthropic.claude-3-5-haiku-20241022-v1:0", source: "default" },
    embedding: { model: "amazon.titan-embed-text-v2:0", source: "default" },
  });
});

test("the region comes from the file, else from AWS_REGION, else it is us-east-1", async () => {
  const environment = { AWS_REGION: "eu-west-2" };
  expect((await configOf("pricing: {region: us-west-2}", { environment })).pricing.region).toBe("us-west-2");
  expect((await configOf("", { environment })).pricing.region).toBe("eu-west-2");
  expect((await configOf("")).pricing.region).toBe("us-east-1");
});

test("prices and the multiplier stay decimal text, whether written as text or as number", async () => {
  const text = [
    "pricing:",
    "  multiplier: 0.9",
    "  aliases: {mine: theirs}",
    "  overrides:",
    "    a: {input_cost_per_million: 0.80, output_cost_per_million: '4.00'}",
    "    b: {input_cost_per_million: 3}",
  ];
  expect((await configOf(text.join("\n"))).pricing).toEqual({
    region: "us-east-1",
    multiplier: "0.9",
    system: { agents: [], paths: ["/pipelines/*"], models: [] },
    aliases: { mine: "theirs" },
    overrides: [
      { model: "a", input_cost_per_million: "0.8", output_cost_per_million: "4.00" },
      { model: "b", input_cost_per_million: "3", output_cost_per_million: "0" },
    ],
  });
});

test("a text that came out of a variable becomes a number or a boolean only where one is expected", async () => {
  const text = [
    `http: {enabled: "${reference("OFF")}", token: "${reference("DIGITS")}"}`,
    `store: {records: "${reference("OFF")}"}`,
    `sinks:\n${SINK}    max_in_flight: ${reference("COUNT")}`,
  ];
  const environment = { OFF: "false", DIGITS: "12345", COUNT: "7" };
  const config = await configOf(text.join("\n"), { environment });
  expect(config.http).toMatchObject({ enabled: false, token: "12345" });
  expect(config.store.records).toBe(false);
  expect(config.sinks["search"]).toMatchObject({ max_in_flight: 7 });
});

test("a number in quotes is a text, and refused where a number is expected", async () => {
  expect(await problemsOf(`sinks:\n${SINK}    max_in_flight: "7"\n`)).toEqual([
    `${FILE}:5:20: sinks.search.max_in_flight: expected a number, found "7"; write it without quotes`,
  ]);
});

test("a sink has the settings of its lane even if the file says nothing about them", async () => {
  const config = await configOf(`sinks:\n${SINK}`);
  expect(config.sinks["search"]?.retry).toEqual({ initial: 500, max: 30_000 });
});

const BROKEN: readonly (readonly [text: string, ...problems: string[]])[] = [
  ["stat_dir: x", '1:1: stat_dir: unknown key; did you mean "state_dir"?'],
  ["source:\n  directroy: x", '2:3: source.directroy: unknown key; did you mean "directory"?'],
  ["store: {color: red}", "1:9: store.color: unknown key; expected one of enabled, records"],
  ["state_dir: 5", "1:12: state_dir: expected a text, found 5; write it in quotes"],
  ["labels:\n  a: true", "2:6: labels.a: expected a text, found true; write it in quotes"],
  ["labels: {a: [x]}", "1:13: labels.a: expected a text, found a list"],
  ["source: []", "1:9: source: expected a mapping (key: value), found a list"],
  ["source:\n  directory:\n", "2:3: source.directory: expected a text, found nothing"],
  [
    "source: {include: a/b}",
    '1:19: source.include: expected a glob for names of files, without a slash, found "a/b"',
  ],
  ["store: {records: on}", '1:18: store.records: expected one of auto, true, false, found "on"'],
  ["store: {enabled: 1}", "1:18: store.enabled: expected true or false, found 1"],
  [
    "redact: {ip: hsah}",
    '1:14: redact.ip: expected one of keep, drop, hash, found "hsah"; did you mean hash?',
  ],
  [
    "redact:\n  user_id: hash\n",
    '2:12: redact.user_id: the rule "hash" needs redact_key; set redact_key to a secret of your own',
  ],
  ["shutdown_timeout: 5", "1:19: shutdown_timeout: expected a value like 500ms or 30s or 5m, found 5"],
  ["ready_lag: 5 weeks", '1:12: ready_lag: expected a value like 500ms or 30s or 5m, found "5 weeks"'],
  ["ready_lag: 10ms", '1:12: ready_lag: expected a value from 1s to 365d, found "10ms"'],
  [
    `sinks:\n${SINK}    batch: {max_bytes: 8}`,
    "5:24: sinks.search.batch.max_bytes: expected a value like 64KiB or 5MiB, found 8",
  ],
  ["pricing: {region: ''}", "1:19: pricing.region: expected at least one character, found nothing"],
  [
    "pricing: {multiplier: 0}",
    '1:23: pricing.multiplier: expected a factor above 0 with up to 20 decimals, like "0.9", found "0"',
  ],
  [
    "pricing: {overrides: {a: {}}}",
    "1:26: pricing.overrides.a.input_cost_per_million: expected a text or a number, found nothing",
  ],
  [
    "http: {listen: '0.0.0.0:80'}",
    "1:16: http.listen: the address 0.0.0.0 can be reached from elsewhere; set http.token, or listen on 127.0.0.1",
  ],
  [
    "http: {listen: nope}",
    '1:16: http.listen: expected HOST:PORT like 127.0.0.1:8231 or [::1]:8231, found "nope"',
  ],
  ["http: {listen: 'a:99999'}", '1:16: http.listen: expected a port up to 65535, found "a:99999"'],
  ["http: {token: 12345}", "1:15: http.token: expected a text, found a number"],
  ["redact_key: [abc]", "1:13: redact_key: expected a text, found a list"],
  [
    "store: {enabled: false}",
    "1:18: store.enabled: nothing is delivered anywhere; add a sink or enable the store",
  ],
  [
    "state_dir: audit_logs",
    "1:12: state_dir: expected another folder than source.directory, which is only read",
  ],
  ["sinks: {search: {}}", `1:17: sinks.search.type: expected one of ${SINK_TYPES}, found nothing`],
  [
    "sinks: {search: {type: opensaerch}}",
    `1:24: sinks.search.type: expected one of ${SINK_TYPES}, found "opensaerch"; did you mean opensearch?`,
  ],
  ["sinks: {search: }", "1:9: sinks.search: expected a mapping (key: value), found nothing"],
  [
    "sinks: {local: {type: opensearch, endpoints: ['https://h']}}",
    '1:9: sinks.local: the name "local" belongs to the embedded store; choose another',
  ],
  [
    "sinks: {Search: {type: opensearch, endpoints: ['https://h']}}",
    "1:9: sinks.Search: expected a name of lower-case letters, digits, _ and -",
  ],
  [`sinks:\n${SINK}    endpont: x`, '5:5: sinks.search.endpont: unknown key; did you mean "endpoints"?'],
  [
    "sinks: {s: {type: opensearch, endpoints: [https://h, 'me:pw@h']}}",
    '1:54: sinks.s.endpoints[1]: expected a URL like https://search:9200, found "me:pw@h"',
  ],
  [`sinks:\n${SINK}    retry: {initial: 1m}`, "5:22: sinks.search.retry.initial: expected at most retry.max"],
  [`sinks:\n${SINK}    auth: {username: me}`, "5:11: sinks.search.auth: expected a password beside username"],
  ["a:\n\tb: 1", "2:1: a: not valid YAML: a tab indents this line; use spaces"],
  ["a: 1\na: 2", "2:1: a: the same key stands here twice; remove one"],
  ['a: "b', '1:6: a: not valid YAML: Missing closing "quote'],
  ["a: 1\n--- \nb: 2", "2:1: a: expected one YAML document, found another after ---"],
  ["a: !secret b", "1:4: a: not valid YAML: Unresolved tag: !secret"],
  ["state_dir: *nowhere", "1:12: state_dir: there is no anchor &nowhere before this alias"],
  ["? [a]\n: b", "1:3: expected a plain name as key, found a list, a mapping or an alias"],
  ["- a", "1:1: expected keys and values like state_dir: ./state"],
  ["just words", "1:1: expected keys and values like state_dir: ./state"],
  [
    `log: {level: ${reference("LEVEL")}}`,
    `1:15: log.level: not valid YAML: Unexpected flow-map-start at node end; between braces a text with ${reference("...")} needs quotes`,
  ],
  [
    "stat_dir: x\nready_lag: never",
    '1:1: stat_dir: unknown key; did you mean "state_dir"?',
    '2:12: ready_lag: expected a value like 500ms or 30s or 5m, found "never"',
  ],
];

test.each(BROKEN)("%j is refused, with its place and what would be right", async (text, ...problems) => {
  expect(await problemsOf(text)).toEqual(problems.map((problem) => `${FILE}:${problem}`));
});

test("every problem of a file has a file, a line and a column within the text", async () => {
  for (const [text] of BROKEN) {
    for (const { file, line, column } of await rawProblemsOf(text)) {
      expect(file).toBe(FILE);
      expect(line).toBeGreaterThanOrEqual(1);
      expect(line).toBeLessThanOrEqual(text.split("\n").length);
      expect(column).toBeGreaterThanOrEqual(1);
    }
  }
});

test("a value from a flag or a variable is refused by the name under which it was given", async () => {
  expect(await problemsOf("", { logLevel: "loud" })).toEqual([
    '--log-level: log.level: expected one of debug, info, warn, error, silent, found "loud"',
  ]);
  const environment = { MEM0_AUDIT_HTTP_LISTEN: "8231" };
  expect(await problemsOf("http: {enabled: true}", { environment })).toEqual([
    'MEM0_AUDIT_HTTP_LISTEN: http.listen: expected HOST:PORT like 127.0.0.1:8231 or [::1]:8231, found "8231"',
  ]);
});

test("a file that cannot be read is a problem", async () => {
  const readWhole = async () => {
    throw Object.assign(new Error("denied"), { code: "EACCES" });
  };
  expect(await problemsOf("", { file: "missing.yaml" })).toEqual(["missing.yaml:1:1: there is no such file"]);
  expect(await problemsOf("", { files: { readWhole } })).toEqual([`${FILE}:1:1: cannot be read (EACCES)`]);
  expect(await problemsOf(new Uint8Array([0x61, 0xff]))).toEqual([`${FILE}:1:1: expected UTF-8 text`]);
  expect(await problemsOf("#".repeat(1024 * 1024 + 1))).toEqual([
    `${FILE}:1:1: a configuration has at most 1 MiB`,
  ]);
});

test("a value from a variable is not shown in a problem: the reference is", async () => {
  const text = `http: {listen: "${reference("LISTEN")}"}`;
  expect(await problemsOf(text, { environment: { LISTEN: "hunter2" } })).toEqual([
    `${FILE}:1:16: http.listen: expected HOST:PORT like 127.0.0.1:8231 or [::1]:8231, found another text in ${reference("LISTEN")}`,
  ]);
});

test("doubtful settings are warned about", async () => {
  const text = `state_dir: audit_logs/state\nsinks:\n${SINK}    tls: {verify: false}`;
  const loaded = await loadText(text);
  expect(loaded.ok && loaded.warnings).toEqual([
    "state_dir (audit_logs/state) lies in source.directory, which is meant for the service alone",
    "sinks.search.tls.verify is off: anybody on the way can read and change what is sent",
  ]);
});
