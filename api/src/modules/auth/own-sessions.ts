import type { z } from 'zod';
import type { Account } from '../../platform/access/account.ts';
import type { AccountEvents } from '../../platform/access/account-events.ts';
import type { Caller } from '../../platform/access/caller.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { sessionSchema } from './schema.ts';
import { endSessions, liveSessions } from './sessions.ts';

/** The sessions of the caller's own account: the list, and ending them. */
export function createOwnSessions(options: {
  units: Units;
  events: AccountEvents;
  tenant: string;
}) {
  const { units, events, tenant } = options;
  return {
    async sessions(
      caller: Caller & { account: Account },
      current: string,
    ): Promise<z.infer<typeof sessionSchema>[]> {
      const rows = await units.run(caller, ({ tx }) => liveSessions(tx, caller.account.id));
      return rows.map(({ id, createdAt, lastUsedAt, expiresAt, address, agent }) => ({
        id,
        address,
        agent,
        current: id === current,
        createdAt: createdAt.toISOString(),
        lastUsedAt: lastUsedAt.toISOString(),
        expiresAt: expiresAt.toISOString(),
      }));
    },

    /**
     * Ends one of the caller's own sessions, or all but the current one.
     *
     * @throws Problem `auth.session-unknown`, also for another user's session.
     */
    async endOwn(
      caller: Caller & { account: Account },
      which: { id: string } | { except: string },
    ): Promise<void> {
      const userId = caller.account.id;
      await units.run(caller, async (unit) => {
        if ('id' in which) {
          const own = await unit.tx.session.findFirst({
            where: { id: which.id, userId, endedAt: null },
          });
          if (!own) throw new Problem('auth.session-unknown');
        }
        const ended = await endSessions(
          unit.tx,
          'id' in which ? { ids: [which.id] } : { userId, except: which.except },
          'ended-by-user',
        );
        await unit.audit({
          action: 'session-ended',
          entity: 'session',
          id: 'id' in which ? which.id : null,
          after: { ended },
        });
        unit.afterCommit(() => events.publish({ tenant, user: userId }));
      });
    },
  };
}
