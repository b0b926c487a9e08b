import type { Consumer } from '../../platform/consumers/types.ts';
import type { Notices } from '../../platform/notices/types.ts';
import { endOpenRequests } from './request-closing.ts';

/**
 * Pending requests about the account of a person who left are void. The database locks the account
 * in the transaction of leaving; this follows it.
 */
export const endRequestsOfLeavers = (notices: Notices): Consumer => ({
  name: 'users.person-left',
  types: ['cn.anshi.person.left.v1'],
  async handle(unit, { subject }) {
    if (subject === null) return;
    const accounts = await unit.tx.appUser.findMany({
      // The person may have returned before the event is handled.
      where: { personId: subject, person: { status: 'left' } },
      select: { id: true, username: true, personId: true },
    });
    for (const account of accounts) await endOpenRequests(unit, notices, account, 'left');
  },
});
