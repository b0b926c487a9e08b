import type { Transaction } from '../../platform/db/database.ts';
import { dayText } from '../../platform/kit/schemas.ts';
import { badgesOf, owedBadgesOf, type PersonRow } from './repository.ts';
import type { Person } from './schema.ts';
import type { SensitiveStore } from './sensitive.ts';

/** People as returned: sensitive fields masked. */
export async function showPeople(
  tx: Transaction,
  tenant: string,
  sensitive: SensitiveStore,
  rows: PersonRow[],
): Promise<Person[]> {
  const ids = rows.map(({ id }) => id);
  const masked = await sensitive.masked(tx, tenant, ids);
  const badges = await badgesOf(tx, ids);
  const owed = await owedBadgesOf(tx, ids);
  return rows.map((row) => ({
    id: row.id,
    employeeNo: row.employeeNo,
    name: row.name,
    department: {
      id: row.department.id,
      name: row.department.name as { zh: string; en: string },
    },
    post: row.post,
    postId: row.postId,
    status: row.status as Person['status'],
    hiredOn: dayText(row.hiredOn),
    leftOn: dayText(row.leftOn),
    kind: row.kind as Person['kind'],
    company: row.company,
    supplier: row.supplier,
    host: row.host,
    validUntil: dayText(row.validUntil),
    nationalId: masked.get(row.id)?.nationalId ?? null,
    phone: masked.get(row.id)?.phone ?? null,
    badges: badges
      .filter(({ personId }) => personId === row.id)
      .map(({ id, badge, since, dueBack }) => ({
        id,
        badge,
        since: since.toISOString(),
        dueBack: dayText(dueBack),
      })),
    owedBadges: owed
      .filter(({ personId }) => personId === row.id)
      .map(({ id, badge, owedSince }) => ({ id, badge, since: dayText(owedSince) ?? '' })),
    source: { system: row.sourceSystem, ref: row.sourceRef },
    version: row.version,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }));
}
