import { DateTime } from 'luxon';
import type { Database } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';

/** Employee number, kind, method, level, score, days from today to the assessment and to the last day. */
const demo = [
  ['E007', 'fire', 'drill', 3, 88, -120, 245],
  ['E007', 'first-aid', 'exam', 2, 76, -340, 25],
  ['E011', 'fire', 'drill', 2, 71, -120, 245],
  ['E012', 'fire', 'drill', 4, 93, -120, 245],
  ['E012', 'rescue', 'assessment', 3, null, -400, -35],
  ['E006', 'chemical-leak', 'drill', 2, 80, -60, 305],
] as const;
/** Fictitious, and none of the people above. */
const ASSESSOR = 'E009';
/** Where the results are from. */
const SOURCE = {
  drill: '年度应急演练 / Yearly drill',
  exam: '应急知识考试 / Exam',
  assessment: '现场评估 / Assessment on site',
} as const;

/** Adds assessments of the demonstration's people where the tenant has none. */
export function seedDemoAbilities(database: Database, tenantId: string): Promise<void> {
  return database.transaction({ tenant: tenantId, user: null }, async (tx) => {
    // Processes that start at the same time run one after the other.
    await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${tenantId}, 5270388))::text`;
    if ((await tx.emergencyAssessment.count()) > 0) return;
    const people = await tx.person.findMany({
      where: { sourceSystem: 'demo' },
      select: { id: true, employeeNo: true, postId: true },
    });
    const byNumber = new Map(people.map((one) => [one.employeeNo, one]));
    const assessor = byNumber.get(ASSESSOR);
    if (!assessor) return;
    const dayIn = (days: number) => DateTime.utc().startOf('day').plus({ days }).toJSDate();
    await tx.emergencyAssessment.createMany({
      data: demo.flatMap(([employeeNo, kind, method, level, score, on, until]) => {
        const person = byNumber.get(employeeNo);
        if (!person) return [];
        return [
          {
            tenantId,
            id: newId(),
            personId: person.id,
            kind,
            method,
            level,
            score,
            assessedOn: dayIn(on),
            validUntil: dayIn(until),
            assessorId: assessor.id,
            source: SOURCE[method],
          },
        ];
      }),
    });
    const postId = byNumber.get('E012')?.postId;
    if (!postId) return;
    await tx.emergencyNeed.createMany({
      data: [
        { tenantId, postId, kind: 'fire', level: 3 },
        { tenantId, postId, kind: 'rescue', level: 2 },
      ],
      skipDuplicates: true,
    });
  });
}
