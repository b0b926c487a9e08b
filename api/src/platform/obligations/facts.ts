import type { ModuleFacts } from '../facts.ts';
import { dayText } from '../kit/schemas.ts';

export const facts: ModuleFacts = {
  ownData: {
    /** What falls due for them, and what was. */
    async export(tx, { person, user }) {
      const feed = await tx.obligationFeed.findFirst({ where: { userId: user } });
      const rows = await tx.obligationCase.findMany({
        where: { obligation: { OR: [{ personId: person }, { responsiblePerson: person }] } },
        include: { obligation: true },
        orderBy: [{ sortOn: 'desc' }, { id: 'desc' }],
        take: 200,
      });
      return {
        calendarFeed: feed && {
          madeAt: feed.madeAt.toISOString(),
          fetchedAt: feed.fetchedAt?.toISOString() ?? null,
        },
        obligations: rows.map((one) => ({
          kind: one.obligation.kind,
          detail: one.obligation.detail,
          dueOn: dayText(one.dueOn),
          doneOn: dayText(one.doneOn),
          outcome: one.outcome,
        })),
      };
    },
  },
  /** The address of a calendar goes with the account. */
  async erase({ tx }, { id }) {
    const users = await tx.appUser.findMany({ where: { personId: id }, select: { id: true } });
    const { count } = await tx.obligationFeed.deleteMany({
      where: { userId: { in: users.map((user) => user.id) } },
    });
    return count > 0 ? [{ policy: 'obligations', count }] : [];
  },
};
