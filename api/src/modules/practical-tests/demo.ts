import { DateTime } from 'luxon';
import type { Database } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';

/** Fictitious: the fitter, who had not welded for months, passed it before welding again. */
const demo = {
  employeeNo: 'E007',
  category: 'welding',
  daysAgo: 30,
  source: '常州市特种作业考试点',
};

/** Adds the practical test of the demonstration where the tenant has none. */
export function seedDemoTests(database: Database, tenantId: string): Promise<void> {
  return database.transaction({ tenant: tenantId, user: null }, async (tx) => {
    // Processes that start at the same time run one after the other.
    await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${tenantId}, 5270390))::text`;
    if ((await tx.practicalTest.count()) > 0) return;
    const { employeeNo, daysAgo, ...rest } = demo;
    const person = await tx.person.findFirst({ where: { sourceSystem: 'demo', employeeNo } });
    if (!person) return;
    const passed = DateTime.utc().startOf('day').minus({ days: daysAgo }).toJSDate();
    await tx.practicalTest.create({
      data: {
        tenantId,
        id: newId(),
        personId: person.id,
        ...rest,
        passedOn: passed,
        createdAt: passed,
      },
    });
  });
}
