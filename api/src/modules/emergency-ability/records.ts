import type { Prisma } from '../../generated/prisma/client.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { wordsIn } from '../../platform/features/dictionaries.ts';
import type { Files } from '../../platform/files/types.ts';
import { answerFrom, filesOf } from '../../platform/kit/rows.ts';
import { dayText } from '../../platform/kit/schemas.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import { type AssessmentView, assessmentSchema } from './schema.ts';
import { type AssessmentFact, stateOf } from './state.ts';

export const ASSESSMENT = 'emergency-assessment' as const;

const shown = {
  person: { select: { id: true, name: true, employeeNo: true, departmentId: true } },
  assessor: { select: { name: true } },
} satisfies Prisma.EmergencyAssessmentInclude;
export type Row = Prisma.EmergencyAssessmentGetPayload<{ include: typeof shown }>;

export const factOf = (row: Prisma.EmergencyAssessmentModel): AssessmentFact => ({
  id: row.id,
  kind: row.kind,
  level: row.level,
  assessedOn: dayText(row.assessedOn),
  validUntil: dayText(row.validUntil),
  revoked: row.revokedAt !== null,
});

export const rowsOf = (tx: Transaction, people: readonly string[]): Promise<Row[]> =>
  tx.emergencyAssessment.findMany({
    where: { personId: { in: [...people] } },
    include: shown,
    orderBy: [{ assessedOn: 'desc' }, { id: 'desc' }],
  });

/** Kinds of emergencies in words. */
export async function readKinds(tx: Transaction) {
  const rows = await wordsIn(tx, 'emergency-kind');
  const byId = new Map(rows.map((row) => [row.id, row]));
  return {
    name: (id: string): Bilingual => byId.get(id)?.name ?? { zh: id, en: id },
    isActive: (id: string): boolean => byId.get(id)?.active ?? false,
  };
}

/** All assessments of one person, as they are answered. */
export async function show(
  tx: Transaction,
  files: Files,
  rows: readonly Row[],
  today: string,
): Promise<AssessmentView[]> {
  const kinds = await readKinds(tx);
  const facts = rows.map(factOf);
  const list: AssessmentView[] = [];
  for (const row of rows) {
    const { id, name, employeeNo } = row.person;
    list.push(
      answerFrom(assessmentSchema, row, {
        method: row.method as AssessmentView['method'],
        person: { id, name, employeeNo },
        kindName: kinds.name(row.kind),
        assessor: row.assessor.name,
        validUntil: dayText(row.validUntil),
        state: stateOf(factOf(row), facts, today),
        files: await filesOf(files, tx, ASSESSMENT, row.id),
      }),
    );
  }
  return list;
}
