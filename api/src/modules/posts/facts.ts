import type { Transaction } from '../../platform/db/database.ts';
import type { ModuleFacts } from '../../platform/facts.ts';
import { timeline } from './timeline.ts';

const heldBy = async (tx: Transaction, person: string) =>
  (
    await tx.postHolding.findMany({
      where: { personId: person },
      orderBy: [{ until: { sort: 'desc', nulls: 'first' } }, { id: 'desc' }],
      take: 100,
      select: { since: true, until: true, post: { select: { id: true, name: true } } },
    })
  ).map(({ since, until, post: { id, name } }) => ({
    id,
    name,
    since: since?.toISOString() ?? null,
    until: until?.toISOString() ?? null,
  }));

/** The posts that a person holds and held. Who did which work is kept: it is not erased. */
export const facts: ModuleFacts = {
  timeline,
  about: { person: async (tx, id) => ({ posts: await heldBy(tx, id) }) },
  ownData: { export: async (tx, { person }) => ({ posts: await heldBy(tx, person) }) },
};
