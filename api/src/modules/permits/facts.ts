import { type ModuleFacts, openOf } from '../../platform/facts.ts';
import { idsOfPerson } from '../people/merged.ts';
import { chain } from './chain.ts';
import { timeline } from './timeline.ts';

/** A person gets the permits that name them. Who did special work is kept: it is not erased. */
export const facts: ModuleFacts = {
  chain,
  timeline,
  async leaving(tx, person) {
    const rows = await tx.permit.findMany({
      where: { people: { has: person }, closedAt: null, toAt: { gt: new Date() } },
      select: { id: true, title: true },
      orderBy: [{ fromAt: 'asc' }, { id: 'asc' }],
    });
    return openOf(
      { zh: '有效的作业票', en: 'Permits that name them' },
      rows.map(({ id, title }) => ({ text: { zh: title, en: title }, link: `/permits/${id}` })),
    );
  },
  ownData: {
    export: async (tx, { person }) => ({
      permits: await tx.permit.findMany({
        where: { people: { hasSome: await idsOfPerson(tx, person) } },
        select: { id: true, kind: true, title: true, areaId: true, fromAt: true, toAt: true },
        orderBy: { id: 'asc' },
      }),
    }),
  },
};
