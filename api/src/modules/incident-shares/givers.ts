import type { Prisma } from '../../generated/prisma/client.ts';
import { type Account, actorOf } from '../../platform/access/account.ts';
import type { Accounts } from '../../platform/access/accounts.ts';
import type { Database, Transaction } from '../../platform/db/database.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { IncidentsService } from '../incidents/service.ts';
import { asReader } from '../violations/reach.ts';

/** Accounts that gave links and can sign in, by id, with the rights that they have now. */
export type KnownGivers = ReadonlyMap<string, Account>;
/** Why a link opens nothing: its giver cannot sign in any more, or may not give it any more. */
export type GiverLost = 'giver-gone' | 'giver-without-right';

export type Givers = ReturnType<typeof createGivers>;

/** A link shows no more than the account that gave it may show: its rights are looked at each time. */
export function createGivers({
  database,
  accounts,
  incidents,
}: {
  database: Database;
  accounts: Pick<Accounts, 'byId'>;
  incidents: Pick<IncidentsService, 'findWhole'>;
}) {
  return {
    /** Those who gave some links. To be read before a transaction: accounts are read with a connection of their own. */
    async of(account: Account, links: Prisma.IncidentShareWhereInput): Promise<KnownGivers> {
      const rows = await database.transaction(actorOf(account), (tx) =>
        tx.incidentShare.findMany({
          where: links,
          select: { byUser: true },
          distinct: ['byUser'],
        }),
      );
      const known = await Promise.all(
        rows.map(({ byUser }) => accounts.byId(account.tenant, byUser)),
      );
      return new Map(known.flatMap((one) => (one ? [[one.account.id, one.account]] : [])));
    },

    /** Why the giver of a link may not give it now; null where it may: it has the right, and sees the incident whole. */
    async lost(
      tx: Transaction,
      known: KnownGivers,
      { byUser, incidentId }: { byUser: string; incidentId: string },
    ): Promise<GiverLost | null> {
      const giver = known.get(byUser);
      if (!giver) return 'giver-gone';
      const rights = ['incident-share:give', 'violation:read'] as const;
      if (!rights.every((one) => giver.permissions.has(one))) return 'giver-without-right';
      try {
        await incidents.findWhole(tx, incidentId, asReader(giver));
        return null;
      } catch (error) {
        if (error instanceof Problem) return 'giver-without-right';
        throw error;
      }
    },
  };
}
