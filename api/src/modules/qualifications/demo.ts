import { DateTime } from 'luxon';
import type { Database } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { FitnessResult, QualificationType } from './state.ts';

/** Employee number, type, category, days from today to begin and end (null: no end), and more. */
type Demo = readonly [
  employeeNo: string,
  type: QualificationType,
  category: string,
  from: number,
  until: number | null,
  more?: { level?: number; result?: FitnessResult; waiting?: true },
];

/**
 * Fictitious. The fitter has the certificates of the welder `welder-1`; that of the assembly worker has
 * expired; the shift leader has one of another category.
 */
const demo: Demo[] = [
  ['E007', 'special-work', 'welding', -700, 400],
  ['E007', 'special-work', 'electric-low', -900, 45],
  ['E007', 'skill', 'machine-repair', -600, null, { level: 3 }],
  ['E007', 'skill', 'lock-out', -600, null, { level: 3 }],
  ['E007', 'fitness', 'in-post', -120, 245, { result: 'fit' }],
  ['E011', 'special-work', 'welding', -2240, -50],
  ['E011', 'skill', 'assembly', -400, null, { level: 2 }],
  ['E011', 'skill', 'robot-cell', -400, null, { level: 1 }],
  ['E012', 'special-work', 'electric-low', -300, 800],
  ['E012', 'skill', 'assembly', -900, null, { level: 3 }],
  ['E012', 'fitness', 'in-post', -340, 25, { result: 'restricted' }],
  ['E006', 'skill', 'press-operation', -500, null, { level: 2 }],
  ['E006', 'fitness', 'in-post', -200, 165, { result: 'fit' }],
  ['E009', 'special-equipment', 'forklift', -1200, 260],
  ['E012', 'guardian', 'hot-work', -200, 165],
  ['E011', 'special-work', 'height', -5, 2180, { waiting: true }],
];

/** Adds the qualifications of the demonstration's people where the tenant has none. */
export function seedDemoQualifications(database: Database, tenantId: string): Promise<void> {
  return database.transaction({ tenant: tenantId, user: null }, async (tx) => {
    // Processes that start at the same time run one after the other.
    await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${tenantId}, 5270303))::text`;
    if ((await tx.qualification.count()) > 0) return;
    const people = await tx.person.findMany({
      where: { sourceSystem: 'demo' },
      select: { id: true, employeeNo: true },
    });
    const today = DateTime.utc().startOf('day');
    const dayIn = (days: number) => today.plus({ days }).toJSDate();
    const byNumber = new Map(people.map(({ id, employeeNo }) => [employeeNo, id]));
    await tx.qualification.createMany({
      data: demo.flatMap(([employeeNo, type, category, from, until, more = {}], n) => {
        const personId = byNumber.get(employeeNo);
        if (personId === undefined) return [];
        const official = type === 'special-work' || type === 'special-equipment';
        return [
          {
            tenantId,
            id: newId(),
            personId,
            type,
            category,
            level: more.level ?? null,
            result: more.result ?? null,
            number: official ? `DEMO-${String(n + 1).padStart(3, '0')}` : null,
            issuer: official ? '江苏省应急管理厅' : null,
            issuedOn: official ? dayIn(from) : null,
            validFrom: dayIn(from),
            validUntil: until === null ? null : dayIn(until),
            ...(more.waiting
              ? { status: 'waiting', own: true }
              : { status: 'counted', checkedAt: dayIn(Math.min(from, -1)) }),
          },
        ];
      }),
    });
  });
}
