import { createHash, randomBytes } from 'node:crypto';
import type { Accounts } from '../access/accounts.ts';
import { systemCaller } from '../access/caller.ts';
import type { Unit, Units } from '../db/unit-of-work.ts';
import { Problem } from '../http/errors.ts';
import type { User } from '../kit/routes.ts';
import type { Language } from '../kit/spreadsheet.ts';
import { feedOf } from './calendar-file.ts';
import type { ObligationList } from './list.ts';
import type { FeedMade, FeedState } from './schema.ts';

/** Where feeds are read, without the secret. */
export const FEED_PATH = '/api/v1/obligations/feeds';
const ENTITY = 'obligation-feed';

/** 256 random bits cannot be guessed, so a plain digest is enough. */
const digestOf = (secret: string) => createHash('sha256').update(secret).digest('hex');

export type ObligationFeeds = ReturnType<typeof createObligationFeeds>;

/**
 * What falls due, for the calendar program of an account: by an address with a secret, since such programs show nothing else. What it
 * answers follows from the rights of the account at each reading.
 */
export function createObligationFeeds(options: {
  units: Units;
  accounts: Pick<Accounts, 'byId'>;
  tenant: string;
  publicUrl: string | null;
  list: Pick<ObligationList, 'forFeed'>;
}) {
  const { units, accounts, tenant, publicUrl, list } = options;

  const note = (unit: Unit, user: User, action: 'create' | 'renew-feed' | 'delete') =>
    unit.audit({
      action,
      entity: ENTITY,
      id: user.account.id,
      person: user.account.person,
    });

  return {
    /** Whether the account has one; its address is not shown again. */
    state: (user: User): Promise<FeedState> =>
      units.run(user, async ({ tx }) => {
        const row = await tx.obligationFeed.findFirst({ where: { userId: user.account.id } });
        return {
          active: row !== null,
          language: (row?.language as Language | undefined) ?? null,
          madeAt: row?.madeAt.toISOString() ?? null,
          fetchedAt: row?.fetchedAt?.toISOString() ?? null,
        };
      }),

    /** Makes the address of the account, or another one in its place: the one before answers nothing any more. */
    make: (user: User, language: Language, origin: string): Promise<FeedMade> =>
      units.run(user, async (unit) => {
        const secret = randomBytes(32).toString('base64url');
        const userId = user.account.id;
        const { count } = await unit.tx.obligationFeed.deleteMany({ where: { userId } });
        await unit.tx.obligationFeed.create({
          data: { tenantId: user.tenant, userId, digest: digestOf(secret), language },
        });
        await note(unit, user, count > 0 ? 'renew-feed' : 'create');
        const address = new URL(`${FEED_PATH}/${secret}.ics`, publicUrl ?? origin);
        return { address: address.toString() };
      }),

    withdraw: (user: User): Promise<void> =>
      units.run(user, async (unit) => {
        const where = { userId: user.account.id };
        const { count } = await unit.tx.obligationFeed.deleteMany({ where });
        if (count > 0) await note(unit, user, 'delete');
      }),

    /**
     * The calendar of an address.
     *
     * @throws Problem `obligation.feed-unknown`: the same for one that never was, was withdrawn, and of an account that is
     *   locked or may not read what falls due any more.
     */
    async read(secret: string): Promise<string> {
      const digest = digestOf(secret);
      const row = await units.run(systemCaller(tenant), ({ tx }) =>
        tx.obligationFeed.findFirst({ where: { digest } }),
      );
      const known = row && (await accounts.byId(tenant, row.userId));
      if (
        !row ||
        !known ||
        known.mustChangePassword ||
        !known.account.permissions.has('obligation:read')
      ) {
        throw new Problem('obligation.feed-unknown');
      }
      const { account } = known;
      const caller = { tenant, account, address: null, requestId: null };
      return units.run(caller, async ({ tx }) => {
        const items = await list.forFeed(tx, account);
        // It may have been renewed meanwhile.
        await tx.obligationFeed.updateMany({ where: { digest }, data: { fetchedAt: new Date() } });
        return feedOf(items, { language: row.language as Language, publicUrl });
      });
    },
  };
}
