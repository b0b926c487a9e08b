import type { z } from 'zod';
import type { Prisma } from '../../generated/prisma/client.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import { listOrder } from '../../platform/kit/list-order.ts';
import type { User } from '../../platform/kit/routes.ts';
import { contains } from '../../platform/kit/sql.ts';
import { holding, type PermitRecords, peopleOf } from './records.ts';
import type { PermitQuery, peopleList, permitPage } from './schema.ts';

const byTime = listOrder('permits by time', 'desc', { fromAt: 'time', id: 'id' });
const MOST_PEOPLE = 20;

/** The list of permits, and the people whom a new one can name. */
export function createPermitList({ units, records }: { units: Units; records: PermitRecords }) {
  return {
    list: (user: User, query: PermitQuery): Promise<z.infer<typeof permitPage>> =>
      units.run(user, async ({ tx }) => {
        const { q, kind, area, state, cursor, limit } = query;
        const text = q ? contains(q) : null;
        const where: Prisma.PermitWhereInput = {
          AND: [
            text ? { OR: [{ title: text }, { place: text }, { description: text }] } : {},
            kind?.length ? { kind: { in: kind } } : {},
            area?.length ? { areaId: { in: area } } : {},
            state?.length ? { state: { in: state } } : {},
            byTime.beyond(byTime.after(cursor)),
          ],
        };
        const found = await tx.permit.findMany({ where, orderBy: byTime.by(), take: limit + 1 });
        const { rows, next } = byTime.page(found, limit);
        const active = await tx.permit.count({ where: holding(new Date()) });
        return { items: await records.showRows(tx, rows), next, active };
      }),

    people: (user: User, { q }: { q?: string | undefined }): Promise<z.infer<typeof peopleList>> =>
      units.run(user, async ({ tx }) => {
        const text = q ? contains(q) : null;
        const either = text ? { OR: [{ name: text }, { employeeNo: text }] } : {};
        return { items: await peopleOf(tx, { status: 'active', ...either }, MOST_PEOPLE) };
      }),
  };
}
