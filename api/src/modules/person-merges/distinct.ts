import type { Bilingual } from '@anshi/contracts';
import type { z } from 'zod';
import type { Prisma } from '../../generated/prisma/client.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { listOrder } from '../../platform/kit/list-order.ts';
import type { User } from '../../platform/kit/routes.ts';
import { peopleIn } from '../badge-corrections/show.ts';
import { holdFiles } from '../people/merged.ts';
import { findPerson } from '../people/repository.ts';
import { distinctPairs, pairKey } from './distinct-pairs.ts';
import { requireOther } from './own-case.ts';
import type { Distinct, DistinctRequest, distinctPage } from './schema.ts';

const newest = listOrder('person distinct newest', 'desc', { at: 'time', id: 'id' });
export const DISTINCT = 'person-distinct';

type Row = Prisma.PersonDistinctGetPayload<object>;

async function show(tx: Transaction, rows: readonly Row[]): Promise<Distinct[]> {
  const people = await peopleIn(
    tx,
    rows.flatMap((row) => [row.firstPerson, row.secondPerson]),
  );
  return rows.map((row) => ({
    id: row.id,
    people: [people(row.firstPerson), people(row.secondPerson)],
    reason: row.reason,
    by: { id: row.byUser, displayName: row.byName as Bilingual },
    at: row.at.toISOString(),
    ended:
      row.endedAt === null
        ? null
        : {
            by: { id: row.endedBy ?? '', displayName: row.endedByName as Bilingual },
            at: row.endedAt.toISOString(),
          },
  }));
}

/** Marks of pairs that look like one person, and are two. */
export function createDistinct({ units }: { units: Units }) {
  return {
    /**
     * @throws Problem `person.unknown`, `person-merge.same`, `person-merge.joined-already`,
     *   `person-merge.own-case`, `person-merge.said-two`.
     */
    mark: (user: User, { people, reason }: DistinctRequest): Promise<Distinct> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const [first, second] = [...people].sort() as [string, string];
        if (first === second) throw new Problem('person-merge.same');
        await holdFiles(tx, [first, second]);
        for (const id of [first, second]) {
          const file = await findPerson(tx, id);
          if (!file) throw new Problem('person.unknown');
          if (file.mergedInto !== null) throw new Problem('person-merge.joined-already');
        }
        requireOther(user.account, [first, second]);
        if ((await distinctPairs(tx)).has(pairKey(first, second))) {
          throw new Problem('person-merge.said-two');
        }
        const row = await tx.personDistinct.create({
          data: {
            tenantId: user.tenant,
            id: newId(),
            firstPerson: first,
            secondPerson: second,
            reason,
            byUser: user.account.id,
            byName: user.account.displayName,
          },
        });
        const after = { people: [first, second] };
        await unit.audit({ action: 'create', entity: DISTINCT, id: row.id, after, reason });
        return (await show(tx, [row]))[0] as Distinct;
      }),

    /** Takes a mark back: the pair is listed again. */
    end: (user: User, id: string): Promise<Distinct> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const found = await tx.personDistinct.findFirst({ where: { id } });
        if (!found) throw new Problem('person-merge.unknown-mark');
        requireOther(user.account, [found.firstPerson, found.secondPerson]);
        const { count } = await tx.personDistinct.updateMany({
          where: { id, endedAt: null },
          data: {
            endedBy: user.account.id,
            endedByName: user.account.displayName,
            endedAt: new Date(),
          },
        });
        if (count > 0) await unit.audit({ action: 'end-two-people', entity: DISTINCT, id });
        return (
          await show(tx, [await tx.personDistinct.findFirstOrThrow({ where: { id } })])
        )[0] as Distinct;
      }),

    list: (
      user: User,
      { cursor, limit }: { cursor?: string | undefined; limit: number },
    ): Promise<z.infer<typeof distinctPage>> =>
      units.run(user, async ({ tx }) => {
        const found = await tx.personDistinct.findMany({
          where: {
            endedAt: null,
            ...newest.beyond<Prisma.PersonDistinctWhereInput>(newest.after(cursor)),
          },
          orderBy: newest.by(),
          take: limit + 1,
        });
        const { rows, next } = newest.page(found, limit);
        return { items: await show(tx, rows), next };
      }),
  };
}
export type DistinctMarks = ReturnType<typeof createDistinct>;
