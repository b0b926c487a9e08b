import { DateTime } from 'luxon';
import type { Database } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';

/** Fictitious: one course that counts, one that ended, and one that was failed. */
const demo = [
  { employeeNo: 'E006', course: 'post-rules', result: 'passed', ago: 90, lasts: 365 },
  { employeeNo: 'E006', course: 'new-worker', result: 'passed', ago: 600, lasts: null },
  { employeeNo: 'E007', course: 'lock-out', result: 'passed', ago: 400, lasts: 365 },
  { employeeNo: 'E008', course: 'hazardous-chemicals', result: 'failed', ago: 20, lasts: null },
] as const;

/** Adds the training of the demonstration where the tenant has none. */
export function seedDemoTrainings(database: Database, tenantId: string): Promise<void> {
  return database.transaction({ tenant: tenantId, user: null }, async (tx) => {
    // Processes that start at the same time run one after the other.
    await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${tenantId}, 5270391))::text`;
    if ((await tx.trainingRecord.count()) > 0) return;
    const people = await tx.person.findMany({
      where: { sourceSystem: 'demo', employeeNo: { in: demo.map(({ employeeNo }) => employeeNo) } },
    });
    const today = DateTime.utc().startOf('day');
    await tx.trainingRecord.createMany({
      data: demo.flatMap(({ employeeNo, course, result, ago, lasts }) => {
        const person = people.find((one) => one.employeeNo === employeeNo);
        if (!person) return [];
        const heldOn = today.minus({ days: ago });
        return {
          tenantId,
          id: newId(),
          personId: person.id,
          course,
          result,
          heldOn: heldOn.toJSDate(),
          until: lasts === null ? null : heldOn.plus({ days: lasts }).toJSDate(),
          source: '公司培训中心',
          createdAt: heldOn.toJSDate(),
        };
      }),
    });
  });
}
