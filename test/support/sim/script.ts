/** What happens in a simulated run: the service writes and rotates, the operator and the network do their worst. */
import { isAuditName } from "./audit-folder.ts";
import { Producer } from "./producer.ts";
import { WEATHERS } from "./sim-server.ts";
import type { World } from "./world.ts";

const WRITES = {
  append: 40,
  append_in_parts: 12,
  append_to_older: 5,
  next_day: 4,
  rename: 3,
  rename_away: 2,
  rename_and_recreate: 3,
  rotate: 2,
  truncate: 2,
  cut_partly: 1.5,
  rewrite: 2,
  copy_and_truncate: 2,
  copy: 1,
  remove: 3,
  remove_and_recreate: 2,
  vanish: 1,
  symlink: 0.5,
};

const TROUBLES = {
  weather: 8,
  fine: 6,
  crash: 5,
  stop: 2,
  lose_state: 0.3,
  letters_full: 1.5,
  state_error: 1.5,
  audit_fault: 2,
  forbid: 1,
  wall_jump: 1,
};

const DAY_MS = 86_400_000;
const FIRST_DAY_MS = Date.UTC(2026, 3, 3);

export class Script {
  readonly #world: World;
  readonly #producer: Producer;
  #day = 0;
  #serial = 0;
  /** Share of cuts and rewrites that do not wait until all was delivered. */
  readonly #rudeShare: number;
  readonly #hasDays: boolean;

  constructor(world: World) {
    this.#world = world;
    const { chance, clock } = world;
    this.#producer = new Producer(chance, () => clock.nowMs());
    this.#rudeShare = chance.of([0, 0.3, 1]);
    this.#hasDays = chance.happens(0.9);
  }

  /** The whole run, healing and drain included. */
  async run(): Promise<void> {
    const { chance, clock } = this.#world;
    const troubles = this.#makeTrouble(chance.between(2, 9));
    const actions = chance.between(6, 24);
    for (let action = 0; action < actions; action++) {
      await clock.sleep(chance.happens(0.3) ? 0 : chance.between(0, 2500));
      await this.#write();
      this.#world.notify();
    }
    await troubles;
    await this.#heal();
  }

  async #write(): Promise<void> {
    const { audit, chance } = this.#world;
    const names = audit.auditNames();
    const name = names.length > 0 ? chance.of(names) : undefined;
    const what = audit.isThere ? chance.weighted(WRITES) : "append";
    if (!audit.isThere) return;
    if (name === undefined || what === "append") return this.#append(this.#today());
    this.#world.note(what, name);
    switch (what) {
      case "append_to_older":
        return this.#append(name);
      case "append_in_parts":
        return this.#appendInParts(this.#today());
      case "next_day":
        this.#day++;
        return this.#append(this.#today());
      case "rename":
        return audit.rename(name, this.#newName(name));
      case "rename_away":
        return this.#renameAway(name);
      case "rename_and_recreate":
        audit.rename(name, this.#newName(name));
        return this.#append(name);
      case "rotate":
        return this.#rotate(name);
      case "truncate":
      case "cut_partly":
      case "rewrite":
      case "copy_and_truncate":
        return this.#destroy(what, name);
      case "copy":
        return audit.copy(name, this.#newName(name));
      case "remove":
        return audit.remove(name);
      case "remove_and_recreate":
        audit.remove(name);
        return this.#append(name);
      case "vanish":
        audit.vanish();
        await this.#world.clock.sleep(chance.between(0, 12_000));
        return audit.comeBack();
      case "symlink":
        audit.symlinks.add(`link-${++this.#serial}.jsonl`);
    }
  }

  #today(): string {
    if (!this.#hasDays) return "service.jsonl";
    const day = new Date(FIRST_DAY_MS + this.#day * DAY_MS).toISOString().slice(0, 10);
    return `audit-${day}.jsonl`;
  }

  #newName(name: string): string {
    return `${name.slice(0, -".jsonl".length)}.${++this.#serial}.jsonl`;
  }

  #lines(name: string): Buffer {
    const { audit, chance } = this.#world;
    const isFirst = (audit.inode(name)?.content.length ?? 0) === 0;
    const count = chance.happens(0.06) ? chance.between(10, 40) : chance.between(1, 5);
    const lines = Array.from({ length: count }, (_, index) =>
      isFirst && index === 0 ? this.#producer.firstLine() : this.#producer.line(),
    );
    return Buffer.concat(lines.flatMap((line) => [line, Buffer.from("\n")]));
  }

  #append(name: string): void {
    this.#world.audit.append(name, this.#lines(name));
    this.#world.note("append", `${name} to ${this.#world.audit.inode(name)?.content.length}`);
  }

  /** Several write calls: the reader sees torn lines in between. */
  async #appendInParts(name: string): Promise<void> {
    const { audit, chance, clock } = this.#world;
    const bytes = this.#lines(name);
    const parts = chance.between(2, 5);
    for (let part = 0; part < parts; part++) {
      const [start, end] = [part, part + 1].map((one) => Math.floor((one * bytes.length) / parts));
      if (!audit.isThere) break;
      audit.append(name, bytes.subarray(start, end));
      this.#world.notify();
      await clock.sleep(chance.between(0, 1500));
    }
  }

  /** As logrotate does: the last but one becomes the last, the last a new one, all at once. */
  #rotate(name: string): void {
    const { audit } = this.#world;
    const last = `${name.slice(0, -".jsonl".length)}.old.jsonl`;
    if (audit.inode(last) !== undefined) audit.rename(last, this.#newName(last));
    audit.rename(name, last);
    this.#append(name);
  }

  async #renameAway(name: string): Promise<void> {
    const { audit, chance, clock } = this.#world;
    const inode = audit.inode(name);
    audit.rename(name, `${name}.${++this.#serial}.bak`);
    if (inode === undefined || chance.happens(0.5)) return;
    await clock.sleep(chance.between(0, 2000));
    audit.appendTo(inode, this.#lines(name));
  }

  async #destroy(
    what: "truncate" | "cut_partly" | "rewrite" | "copy_and_truncate",
    name: string,
  ): Promise<void> {
    const { audit, chance } = this.#world;
    if (!chance.happens(this.#rudeShare)) await this.#waitForQuiet();
    const content = audit.inode(name)?.content;
    if (content === undefined) return;
    if (what === "cut_partly") return audit.truncate(name, chance.between(0, content.length));
    if (what === "copy_and_truncate")
      audit.copy(name, chance.happens(0.5) ? this.#newName(name) : `${name}.${++this.#serial}.bak`);
    const keepsFirstLine = chance.happens(0.6) && content.firstLine !== undefined;
    const start = keepsFirstLine ? [content.firstLine ?? "", "\n"].map((part) => Buffer.from(part)) : [];
    if (what === "rewrite") return audit.rewrite(name, Buffer.concat([...start, this.#lines(name)]));
    audit.truncate(name, 0);
    if (chance.happens(0.3)) return;
    await this.#world.clock.sleep(chance.of([0, 0, 10, 3000]));
    if (audit.inode(name) !== undefined) audit.append(name, Buffer.concat([...start, this.#lines(name)]));
  }

  async #waitForQuiet(): Promise<void> {
    const { clock } = this.#world;
    for (let round = 0; round < 60 && !this.#world.isQuiet; round++) await clock.sleep(500);
  }

  async #makeTrouble(count: number): Promise<void> {
    const { chance, clock } = this.#world;
    this.#world.start();
    for (let trouble = 0; trouble < count; trouble++) {
      await clock.sleep(chance.between(0, 7000));
      await this.#trouble();
    }
  }

  async #trouble(): Promise<void> {
    const { chance, server, deadLetters, disk, clock, audit } = this.#world;
    const what = chance.weighted(TROUBLES);
    if (what !== "crash" && what !== "lose_state" && what !== "stop") this.#world.note(what);
    switch (what) {
      case "weather":
        server.weather = chance.of(WEATHERS);
        return this.#world.note(server.weather);
      case "fine":
        server.weather = "fine";
        return;
      case "crash":
      case "lose_state":
        if (what === "lose_state") this.#world.note(what);
        this.#world.crash();
        if (what === "lose_state") disk.loseState();
        return this.#restart();
      case "stop":
        await this.#world.stop();
        return this.#restart();
      case "letters_full":
        return this.#forAWhile((isOn) => {
          deadLetters.isFull = isOn;
        });
      case "state_error":
        return this.#forAWhile((isOn) => {
          disk.stateError = isOn ? chance.of(["ENOSPC", "EIO"]) : undefined;
        });
      case "audit_fault":
        disk.auditFaultIn = chance.between(0, 30);
        return;
      case "forbid": {
        const name = audit.list().filter(isAuditName)[0];
        return this.#forAWhile((isOn) => {
          if (isOn && name !== undefined) audit.forbidden.add(name);
          else audit.forbidden.clear();
        });
      }
      case "wall_jump":
        clock.jump(chance.between(-7_200_000, 7_200_000));
    }
  }

  async #restart(): Promise<void> {
    const { chance, clock } = this.#world;
    if (chance.happens(0.6)) await clock.sleep(chance.between(0, 15_000));
    this.#world.start();
  }

  async #forAWhile(set: (isOn: boolean) => void): Promise<void> {
    const { chance, clock } = this.#world;
    set(true);
    await clock.sleep(chance.between(100, 15_000));
    set(false);
  }

  /** Everything works again: a fresh line arrives, and a drain ends. */
  async #heal(): Promise<void> {
    const { server, audit, disk } = this.#world;
    this.#world.note("heal");
    server.weather = "fine";
    server.isHealed = true;
    disk.auditFaultIn = undefined;
    audit.forbidden.clear();
    audit.comeBack();
    const name = this.#today();
    audit.append(name, Buffer.concat([Buffer.from("\n"), this.#lines(name)]));
    const content = audit.inode(name)?.content;
    const fresh = content?.lines.at(-1);
    await this.#world.until(
      () => fresh === undefined || this.#world.oracle.hasArrived(fresh),
      10 * 60_000,
      "a fresh line arrives after healing",
    );
    await this.#world.stop();
    this.#world.start("drain");
    await this.#world.drained();
  }
}
