import type { Transaction } from '../../platform/db/database.ts';

/** The active users with `model:manage`. */
export async function modelOwners(tx: Transaction): Promise<string[]> {
  const users = await tx.appUser.findMany({
    where: {
      active: true,
      roles: { some: { role: { permissions: { has: 'model:manage@all' } } } },
    },
    select: { id: true },
    orderBy: { id: 'asc' },
  });
  return users.map(({ id }) => id);
}
