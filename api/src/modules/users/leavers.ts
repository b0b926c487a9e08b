import type { Consumer } from '../../platform/consumers/types.ts';
import type { Notices } from '../../platform/notices/types.ts';
import { endOpenRequests } from './request-closing.ts';

/**
 * What waits to open the account of a person is void once the person left. The database itself locks
 * the account in the transaction of the leaving; this follows it.
 */
export const endRequestsOfLeavers = (notices: Notices): Consumer => ({
  name: 'users.person-left',
  types: ['cn.anshi.person.left.v1'],
  async handle(unit, { subject }) {
    if (subject === null) return;
    const accounts = await unit.tx.appUser.findMany({
      // A person may be back by the time that the event comes.
      where: { personId: subject, person: { status: 'left' } },
      select: { id: true, username: true, personId: true },
    });
    for (const account of accounts) await endOpenRequests(unit, notices, account, 'left');
  },
});
