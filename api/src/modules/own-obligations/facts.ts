import { type ModuleFacts, openOf } from '../../platform/facts.ts';
import { ENDING, titleOf } from './obligations.ts';

export const facts: ModuleFacts = {
  /** What they have to see to: another person or role is named before they leave. */
  async leaving(tx, person) {
    const rows = await tx.ownObligation.findMany({
      where: {
        responsiblePerson: person,
        endedAt: null,
        NOT: { dueBy: 'once', records: { some: { state: { in: ENDING } } } },
      },
      orderBy: { id: 'asc' },
    });
    return openOf(
      { zh: '负责的自定义到期事项', en: 'Own obligations to see to' },
      rows.map(({ title }) => ({ text: titleOf(title), link: null })),
    );
  },
};
