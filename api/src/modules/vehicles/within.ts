import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import { isWithin, reachOf } from '../../platform/access/scope.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { refuse } from './words.ts';

const isManaged = (account: Account, place: { department: string | null; site: string | null }) =>
  isWithin(account, reachOf(account, 'vehicle:manage'), place);

/**
 * Who may enter a restricted area is decided by those in charge of it. What the vehicle has already may stay.
 *
 * @param id the vehicle; null for a new one.
 * @throws Problem `vehicle.fields` where an area is added that is beyond the reach.
 */
export async function requireAreasWithin(
  tx: Transaction,
  account: Account,
  areas: readonly string[],
  id: string | null,
): Promise<void> {
  const before = id === null ? null : await tx.vehicle.findFirst({ where: { id } });
  const added = areas.filter((area) => !before?.areas.includes(area));
  const rows = await tx.area.findMany({ where: { id: { in: added } } });
  const beyond = rows.find(
    ({ departmentId: department, site }) => !isManaged(account, { department, site }),
  );
  if (beyond) {
    throw refuse(
      'areas',
      `区域 ${beyond.id} 超出您的权限范围：请联系其负责人。`,
      `The area ${beyond.id} is beyond your reach: ask those in charge of it.`,
    );
  }
}

/**
 * The machine of a vehicle tells who has signed on at it, so it has to be within reach. The one that it has may stay.
 *
 * @param id the vehicle; null for a new one.
 * @throws Problem `vehicle.fields` where it does not exist, or is beyond the reach.
 */
export async function requireMachineWithin(
  tx: Transaction,
  account: Account,
  machine: string,
  id: string | null,
): Promise<void> {
  const before = id === null ? null : await tx.vehicle.findFirst({ where: { id } });
  if (before?.machineId === machine) return;
  const [found] = await sqlIn(tx)<{ department: string | null; site: string | null }>(Prisma.sql`
    SELECT d.id AS department, coalesce(a.site, d.site) AS site FROM equipment e
    LEFT JOIN area a ON a.id = e.area_id LEFT JOIN department d ON d.id = coalesce(e.department_id, a.department_id)
    WHERE e.id = ${machine}`);
  if (!found || !isManaged(account, found)) {
    throw refuse(
      'machineId',
      '您的权限范围内没有这台设备。',
      'There is no such machine within your reach.',
    );
  }
}
