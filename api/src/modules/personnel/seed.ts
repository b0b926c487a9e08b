import { newId } from '../../platform/db/ids.ts';
import type { DemoParts } from '../seeds.ts';

const SYSTEM = 'hr-demo';
/** The demonstration's personnel system calls people by their number with this in front. */
const PREFIX = 'HR-';

/**
 * What the personnel system of the demonstration calls its people, and one statement that waits for a
 * person: its department is not known here. Rows that are there stay.
 */
export const seedDemo = ({ database, tenant }: DemoParts): Promise<void> =>
  database.transaction({ tenant, user: null }, async (tx) => {
    const people = await tx.person.findMany({
      where: { sourceSystem: 'demo' },
      select: { id: true, employeeNo: true },
    });
    await tx.personAlias.createMany({
      data: people.map(({ id, employeeNo }) => ({
        tenantId: tenant,
        id: newId(),
        personId: id,
        system: SYSTEM,
        externalId: `${PREFIX}${employeeNo}`,
      })),
      skipDuplicates: true,
    });
    if ((await tx.personnelStatement.count({ where: { system: SYSTEM } })) > 0) return;
    const at = new Date();
    await tx.personnelStatement.create({
      data: {
        tenantId: tenant,
        id: newId(),
        system: SYSTEM,
        externalId: `${PREFIX}E9001`,
        statedAt: at,
        receivedAt: at,
        decidedAt: at,
        state: 'refused',
        changes: [],
        problem: 'personnel.department-unknown',
        detail: 'The department is "喷涂车间".',
        statement: {
          at: at.toISOString(),
          employeeNo: 'E9001',
          name: '周新',
          department: '喷涂车间',
          post: null,
          status: 'active',
          effectiveOn: null,
        },
      },
    });
  });
