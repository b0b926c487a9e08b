import { newId } from '../../platform/db/ids.ts';
import { dayText } from '../../platform/kit/schemas.ts';
import { writeStep } from '../people/planned-steps.ts';
import type { DemoParts } from '../seeds.ts';

const SYSTEM = 'hr-demo';
/** The demonstration's personnel system calls people by their number with this in front. */
const PREFIX = 'HR-';

/**
 * What the personnel system of the demonstration calls its people, one statement that waits for a person, as its
 * department is not known here, and one that waits for its day: the contractor leaves with the last day of the file.
 * Rows that are there stay.
 */
export const seedDemo = ({ database, tenant }: DemoParts): Promise<void> =>
  database.transaction({ tenant, user: null }, async (tx) => {
    const people = await tx.person.findMany({
      where: { sourceSystem: 'demo' },
      select: {
        id: true,
        employeeNo: true,
        name: true,
        departmentId: true,
        kind: true,
        validUntil: true,
      },
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
    const guest = people.find(({ kind }) => kind === 'contractor');
    if (!guest?.validUntil) return;
    const { id: person, employeeNo, name, departmentId: department, validUntil } = guest;
    const last = dayText(validUntil);
    const statement = newId();
    await tx.personnelStatement.create({
      data: {
        tenantId: tenant,
        id: statement,
        system: SYSTEM,
        externalId: `${PREFIX}${employeeNo}`,
        statedAt: at,
        receivedAt: at,
        decidedAt: at,
        state: 'planned',
        changes: [],
        personId: person,
        effectiveOn: validUntil,
        statement: {
          at: at.toISOString(),
          employeeNo,
          name,
          department,
          status: 'left',
          effectiveOn: last,
        },
      },
    });
    await writeStep(tx, tenant, {
      kind: 'leave',
      day: last,
      personId: person,
      statementId: statement,
      system: SYSTEM,
    });
  });
