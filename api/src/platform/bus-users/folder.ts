import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type BusUser, busKinds, busUserName, readBusUserName } from '@anshi/contracts';
import { z } from 'zod';
import { mosquittoAcl, mosquittoPasswords } from './mosquitto.ts';
import { hashPassword, passwordMatches } from './password.ts';
import type { BusUsers } from './types.ts';

const SHORTEST_SECRET = 16;
/** Ending of the mark of a user that was removed. */
const REMOVED = '.removed';
const file = z.strictObject({
  version: z.literal(1),
  tenant: z.string().min(1),
  kind: z.enum(busKinds),
  name: z.string(),
  hash: z.string().startsWith('$7$'),
});
export type KeptBusUser = z.infer<typeof file>;

/** A name on the broker that another tenant has. */
export class BusUserTaken extends Error {
  constructor(user: string, tenant: string) {
    super(`the user ${user} of the bus is of the tenant ${tenant}: give this one another name`);
    this.name = 'BusUserTaken';
  }
}

/**
 * The users of the broker in a folder that its owner alone reads: one file each, with the hash of its
 * secret, so that writers never overwrite each other. Beside them stand `passwords` and `acl`, which are
 * the same in the words of mosquitto.
 */
export class BusUserFolder implements BusUsers {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
    mkdirSync(path, { recursive: true, mode: 0o700 });
    chmodSync(path, 0o700);
  }

  async put({ secret, ...user }: BusUser & { secret: string }): Promise<void> {
    this.putNow({ ...user, secret });
  }

  /** Synchronous {@link put}, for the start. An unchanged secret changes no file. */
  putNow({ tenant, kind, name, secret }: BusUser & { secret: string }): void {
    if (secret.length < SHORTEST_SECRET) {
      throw new Error(
        `the secret of ${busUserName({ kind, name })} has ${secret.length} characters; it must have ${SHORTEST_SECRET} or more`,
      );
    }
    const whole = busUserName({ kind, name });
    const kept = this.find(whole);
    // The installation's own users follow its setting.
    if (kept && kept.tenant !== tenant && name !== '') {
      throw new BusUserTaken(whole, kept.tenant);
    }
    rmSync(join(this.path, `${whole}${REMOVED}`), { force: true });
    if (kept?.tenant === tenant && passwordMatches(secret, kept.hash)) return;
    const user: KeptBusUser = { version: 1, tenant, kind, name, hash: hashPassword(secret) };
    this.#write(`${whole}.json`, `${JSON.stringify(user)}\n`);
    this.#writeForMosquitto();
  }

  /**
   * Makes a user that there was never one of. One that was removed stays away, and one that has another
   * secret keeps it: administrators decided so.
   *
   * @returns whether the user is let in by this secret.
   */
  putIfNew(user: BusUser & { secret: string }): boolean {
    const whole = busUserName(user);
    const kept = this.find(whole);
    if (kept) return kept.tenant === user.tenant && passwordMatches(user.secret, kept.hash);
    if (existsSync(join(this.path, `${whole}${REMOVED}`))) return false;
    this.putNow(user);
    return true;
  }

  async remove(user: BusUser): Promise<void> {
    const name = busUserName(user);
    // One of another tenant is not its to take away.
    if (this.find(name)?.tenant !== user.tenant) return;
    this.#write(`${name}${REMOVED}`, '');
    rmSync(join(this.path, `${name}.json`), { force: true });
    this.#writeForMosquitto();
  }

  async list(): Promise<BusUser[]> {
    return this.all().map(({ tenant, kind, name }) => ({ tenant, kind, name }));
  }

  /** The user of a name that was given at a connection; undefined where there is none, or its file is damaged. */
  find(name: string): KeptBusUser | undefined {
    if (readBusUserName(name) === null) return undefined;
    try {
      const user = file.parse(JSON.parse(readFileSync(join(this.path, `${name}.json`), 'utf8')));
      return busUserName(user) === name ? user : undefined;
    } catch {
      return undefined;
    }
  }

  all(): KeptBusUser[] {
    return readdirSync(this.path)
      .filter((name) => name.endsWith('.json'))
      .sort()
      .flatMap((name) => this.find(name.slice(0, -'.json'.length)) ?? []);
  }

  #writeForMosquitto(): void {
    const users = this.all();
    this.#write('passwords', mosquittoPasswords(users));
    this.#write('acl', mosquittoAcl(users));
  }

  /** Appears whole, under its name, or not at all. */
  #write(name: string, text: string): void {
    const beside = join(this.path, `.${name}-${randomUUID()}`);
    writeFileSync(beside, text, { mode: 0o600 });
    renameSync(beside, join(this.path, name));
  }
}
