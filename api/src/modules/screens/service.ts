import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { AccountEvents } from '../../platform/access/account-events.ts';
import type { Accounts } from '../../platform/access/accounts.ts';
import type { Auth } from '../../platform/access/auth.ts';
import { systemCaller } from '../../platform/access/caller.ts';
import { networkOf } from '../../platform/access/network.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { User } from '../../platform/kit/routes.ts';
import { requireVersion } from '../../platform/kit/save.ts';
import { userNames } from '../../platform/workflow/record-view.ts';
import { digest, newCode, newSecret, readCode } from './codes.ts';
import { type GroupRow, mayManage, type WallGroups } from './groups.ts';
import type { PairInput, ScreenPatch, ScreenSession, ScreenView } from './schema.ts';

const CODE_LASTS_MS = 10 * 60_000;
/** Rate limit: wrong pairing codes of an account within 600 s. */
const WRONG_CODES = { points: 10, duration: 600 };
/** Rate limit: pairing codes requested from one IP address within 600 s. */
const CODES = { points: 30, duration: 600 };
/** The most codes that are open at one time. */
const MOST_WAITING = 500;

interface ScreenRow {
  id: string;
  name: string;
  groupId: string;
  pairedAt: Date;
  pairedBy: string | null;
  lastSeenAt: Date;
  address: string | null;
  version: number;
  revokedAt: Date | null;
  group: unknown;
}

export type Screens = ReturnType<typeof createScreens>;

/** Screens on walls: paired by a code that they show, without a password, and revoked at once. */
export function createScreens(options: {
  units: Units;
  accounts: Pick<Accounts, 'ofSession'>;
  auth: Pick<Auth, 'issue'>;
  events: Pick<AccountEvents, 'publish'>;
  groups: Pick<WallGroups, 'findToShow'>;
  tenant: string;
  features: () => Promise<string[]> | string[];
  codeLastsMs?: number;
}) {
  const { units, accounts, auth, events, groups, tenant, features } = options;
  const wrong = new RateLimiterMemory(WRONG_CODES);
  const asked = new RateLimiterMemory(CODES);
  const lasts = options.codeLastsMs ?? CODE_LASTS_MS;

  async function showAll(tx: Transaction, rows: readonly ScreenRow[]): Promise<ScreenView[]> {
    const names = await userNames(
      tx,
      rows.flatMap(({ pairedBy }) => pairedBy ?? []),
    );
    return rows.map((row) => {
      const group = row.group as GroupRow;
      return {
        id: row.id,
        version: row.version,
        name: row.name,
        group: row.groupId,
        groupName: group.name,
        site: group.site,
        pairedAt: row.pairedAt.toISOString(),
        pairedBy: row.pairedBy === null ? null : (names.get(row.pairedBy) ?? null),
        lastSeenAt: row.lastSeenAt.toISOString(),
        address: row.address,
        revokedAt: row.revokedAt?.toISOString() ?? null,
      };
    });
  }
  const include = { group: true } as const;

  /** Locks it. @throws Problem where there is none within reach. */
  async function hold(tx: Transaction, { account }: User, id: string): Promise<ScreenRow> {
    await tx.$queryRaw`SELECT 1 FROM wall_screen WHERE id = ${id} FOR UPDATE`;
    const row = await tx.wallScreen.findFirst({ where: { id }, include });
    if (!row || !mayManage(account, row.group.site)) throw new Problem('screen.unknown');
    return row;
  }
  const show = async (tx: Transaction, user: User, id: string): Promise<ScreenView> =>
    (await showAll(tx, [await hold(tx, user, id)]))[0] as ScreenView;

  return {
    /** A new code for a screen, and the secret that becomes its session once the code is confirmed. */
    async begin(address: string) {
      await asked.consume(networkOf(address)).catch(() => {
        throw new Problem('screen.too-many');
      });
      const [code, secret] = [newCode(), newSecret()];
      const expiresAt = new Date(Date.now() + lasts);
      await units.run(systemCaller(tenant), async ({ tx }) => {
        await tx.screenPairing.deleteMany({ where: { expiresAt: { lt: new Date() } } });
        if ((await tx.screenPairing.count()) >= MOST_WAITING) throw new Problem('screen.too-many');
        const hashes = { codeHash: digest(code), secretHash: digest(secret) };
        await tx.screenPairing.create({
          data: { tenantId: tenant, id: newId(), ...hashes, expiresAt, address },
        });
      });
      return { code, secret, expiresAt };
    },

    /** @throws Problem `screen.not-paired` while its code is not confirmed, and once it is revoked. */
    async session(secret: string | undefined, address: string): Promise<ScreenSession> {
      if (!secret) throw new Problem('screen.not-paired');
      const row = await units.run(systemCaller(tenant), async ({ tx }) => {
        const where = { secretHash: digest(secret), revokedAt: null };
        const found = await tx.wallScreen.findFirst({ where, include });
        const known = found && (await accounts.ofSession(tenant, found.id, found.id));
        if (!found || !known) return null;
        await tx.wallScreen.updateMany({
          where: { id: found.id },
          data: { lastSeenAt: new Date(), address },
        });
        return { found, account: known.account };
      });
      if (!row?.account.screen) throw new Problem('screen.not-paired');
      const { found, account } = row;
      const group = found.group as unknown as GroupRow;
      const { id, username, displayName, permissions } = account;
      const on = await features();
      return {
        ...auth.issue(account, id),
        user: {
          id,
          username,
          displayName,
          roles: [],
          permissions: [...permissions.keys()].sort(),
          person: null,
          department: null,
          site: null,
          secondFactor: false,
          mustChangePassword: false,
          features: on.filter((feature) => feature === 'monitoring'),
          screen: true,
        },
        screen: {
          name: found.name,
          groupName: group.name,
          cameras: [...row.account.screen.cameras],
          patrolSeconds: group.patrolSeconds,
        },
      };
    },

    list: (user: User): Promise<{ items: ScreenView[] }> =>
      units.run(user, async ({ tx }) => {
        const rows = await tx.wallScreen.findMany({ include, orderBy: { id: 'desc' }, take: 500 });
        const own = rows.filter(({ group }) => mayManage(user.account, group.site));
        return { items: await showAll(tx, own) };
      }),

    /** Confirms the code that a screen shows. @throws Problem where no screen shows it now. */
    async pair(user: User, { code: typed, name, group }: PairInput): Promise<ScreenView> {
      const tries = await wrong.get(user.account.id);
      if (tries && tries.consumedPoints >= WRONG_CODES.points) {
        throw new Problem('screen.too-many-tries');
      }
      const code = readCode(typed);
      const paired = await units.run(user, async (unit) => {
        const { tx } = unit;
        await groups.findToShow(tx, user.account, group);
        const where = { codeHash: digest(code ?? ''), expiresAt: { gt: new Date() } };
        const waiting = code === null ? null : await tx.screenPairing.findFirst({ where });
        // Once: of two who confirm it at the same moment, one does.
        const taken = waiting && (await tx.screenPairing.deleteMany({ where: { id: waiting.id } }));
        if (!waiting || taken?.count !== 1) {
          await unit.audit({ action: 'refuse-code', entity: 'screen', id: null, after: { name } });
          return null;
        }
        const id = newId();
        const { secretHash, address } = waiting;
        const own = { id, name, groupId: group, secretHash, address };
        await tx.wallScreen.create({
          data: { tenantId: tenant, ...own, pairedBy: user.account.id },
        });
        await unit.audit({ action: 'pair', entity: 'screen', id, after: { name, group, address } });
        return show(tx, user, id);
      });
      if (paired) return paired;
      await wrong.penalty(user.account.id);
      throw new Problem('screen.code');
    },

    change: (user: User, id: string, patch: ScreenPatch): Promise<ScreenView> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const before = await hold(tx, user, id);
        if (before.revokedAt) throw new Problem('screen.revoked');
        const current = (await showAll(tx, [before]))[0] as ScreenView;
        requireVersion('screen.version-conflict', before, patch.version, current);
        if (patch.group !== undefined) await groups.findToShow(tx, user.account, patch.group);
        await tx.wallScreen.updateMany({
          where: { id },
          data: {
            ...(patch.name !== undefined && { name: patch.name }),
            ...(patch.group !== undefined && { groupId: patch.group }),
            version: before.version + 1,
          },
        });
        const now = await show(tx, user, id);
        const of = ({ name, group }: ScreenView) => ({ name, group });
        const change = { before: of(current), after: of(now) };
        await unit.audit({ action: 'update', entity: 'screen', id, ...change });
        unit.afterCommit(() => events.publish({ tenant, user: id }));
        return now;
      }),

    /** It shows nothing any more, from now on. */
    revoke: (user: User, id: string, version: number): Promise<ScreenView> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const before = await hold(tx, user, id);
        if (before.revokedAt) throw new Problem('screen.revoked');
        requireVersion('screen.version-conflict', before, version);
        await tx.wallScreen.updateMany({
          where: { id },
          data: { revokedAt: new Date(), revokedBy: user.account.id, version: version + 1 },
        });
        await unit.audit({ action: 'revoke', entity: 'screen', id, before: { name: before.name } });
        unit.afterCommit(() => events.publish({ tenant, user: id }));
        return show(tx, user, id);
      }),
  };
}
