/** Lines of a simulated run: what the service writes, and what else can stand in its files. */
import type { Chance } from "./chance.ts";
import { POISON, WHOLE_POISON } from "./sim-server.ts";

const SHARES = {
  request: 50,
  usage: 30,
  unicode: 6,
  reserved: 5,
  retrieval: 3,
  strange: 4,
  no_timestamp: 4,
  carriage_return: 3,
  blank: 4,
  broken: 5,
  invalid_utf8: 2,
  long: 2,
  poison: 4,
  whole_poison: 0.6,
};

export class Producer {
  readonly #chance: Chance;
  readonly #nowMs: () => number;
  #number = 0;
  /** How many bytes a long line has at most. */
  longBytesMax = 12_000;

  constructor(chance: Chance, nowMs: () => number) {
    this.#chance = chance;
    this.#nowMs = nowMs;
  }

  /** A line without its newline. */
  line(): Buffer {
    return this.#line(this.#chance.weighted(SHARES));
  }

  /** A line that can be the first of a file: a plain one, mostly. */
  firstLine(): Buffer {
    return this.#chance.happens(0.1)
      ? Buffer.concat([Buffer.from("\ufeff"), this.#line("request")])
      : this.#line(this.#chance.happens(0.7) ? "request" : this.#chance.weighted(SHARES));
  }

  #line(kind: keyof typeof SHARES): Buffer {
    const token = `zq${++this.#number}zq`;
    switch (kind) {
      case "request":
        return Buffer.from(this.#request(token));
      case "usage":
        return Buffer.from(
          `{"ts": "${this.#ts()}", "type": "token_usage", "path": "/memory/add", "agent_id": "${token}", "user_id": "boss", "llm_calls": ${this.#chance.between(0, 19)}, "input_tokens": ${this.#chance.between(0, 50_000)}, "output_tokens": 38000, "total_tokens": 80256}`,
        );
      case "unicode":
        return Buffer.from(this.#request(`${token}漢字🙂é`));
      case "reserved": {
        const member = this.#chance.of([
          '"event": "start"',
          '"cost": {"a": [1.50, null]}',
          '"log.file.name": "x"',
          '"tags": ["t"]',
          '"team": "t"',
          '"team.x": 1',
          '"original": {"original": 1}',
          '"@timestamp": 5',
        ]);
        return this.#with(token, member);
      }
      case "retrieval":
        return Buffer.from(
          `{"ts": "${this.#ts()}", "event": "retrieval_detail", "query": "secret", "agent_id": "${token}", "results": [{"id": "m1", "memory": "secret", "score": 0.5}]}`,
        );
      case "strange":
        return this.#with(
          token,
          this.#chance.of([
            '"__proto__": {"x": 1}',
            '"n": 1e3',
            '"s": "\\ud800"',
            '"1": 1',
            '"": ""',
            '"a": "\\n"',
          ]),
        );
      case "no_timestamp":
        return Buffer.from(
          this.#chance.of([
            `{"path": "/health", "status": 200, "agent_id": "${token}"}`,
            `{"ts": "2026-02-30T00:00:00Z", "agent_id": "${token}"}`,
            `{"ts": 5, "agent_id": "${token}"}`,
          ]),
        );
      case "carriage_return":
        return Buffer.from(`${this.#request(token)}\r`);
      case "blank":
        return Buffer.from(this.#chance.of(["", "\r", " ", "\t \r"]));
      case "broken":
        return Buffer.from(
          this.#chance.of([
            this.#request(token).slice(0, -this.#chance.between(1, 20)),
            `[1, "${token}"]`,
            `"${token}"`,
            `\0\0${token}\0`,
            `${this.#request(token)}${this.#request(token)}`,
          ]),
        );
      case "invalid_utf8":
        return Buffer.concat([
          Buffer.from(`{"ts": "${this.#ts()}", "agent_id": "${token}`),
          Buffer.of(0xff, 0xc3),
          Buffer.from('"}'),
        ]);
      case "long":
        return this.#with(token, `"text": "${"x".repeat(this.#chance.between(300, this.longBytesMax))}"`);
      case "poison":
        return this.#with(token, `"poison": "${POISON}"`);
      case "whole_poison":
        return this.#with(token, `"poison": "${WHOLE_POISON}"`);
    }
  }

  #request(token: string): string {
    const path = this.#chance.of(["/memory/add", "/memory/search", "/memory/0b1c", "/health", "/else"]);
    return `{"ts": "${this.#ts()}", "method": "POST", "path": "${path}", "status": 200, "elapsed_ms": ${this.#chance.between(0, 9999)}, "ip": "127.0.0.1", "agent_id": "${token}", "user_id": "boss"}`;
  }

  #with(token: string, member: string): Buffer {
    return Buffer.from(`${this.#request(token).slice(0, -1)}, ${member}}`);
  }

  #ts(): string {
    return new Date(this.#nowMs()).toISOString().replace("Z", "123+00:00");
  }
}
