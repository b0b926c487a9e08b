import { bilingual, instant, slug, ulid } from '@anshi/contracts';
import { z } from 'zod';
import { changeOf, inputOf, recordOf } from '../../platform/kit/records.ts';
import { day, line, lookedAtVersion, prose } from '../../platform/kit/schemas.ts';
import { results, states } from './state.ts';

const fields = {
  course: slug.describe('A word of the dictionary training-course.'),
  result: z.enum(results).describe('A failed course counts from its day, until it is passed.'),
  heldOn: day.describe('The day of the course or of its exam.'),
  until: day
    .nullable()
    .describe('The last day on which a passed course counts; null: without an end.'),
  source: line(200).min(1).describe('Where it was taken, or which record shows it.'),
};
export const trainingInput = inputOf(fields).meta({ id: 'TrainingRecordRequest' });
export type TrainingInput = z.infer<typeof trainingInput>;
export const trainingPatch = changeOf(fields).meta({ id: 'TrainingRecordPatch' });
export type TrainingPatch = z.infer<typeof trainingPatch>;

export const trainingSchema = recordOf({
  ...fields,
  result: z
    .enum([...results, 'due'])
    .describe('`due`: a retraining after a violation; heldOn and until say from and to when.'),
})
  .extend({
    courseName: bilingual.describe('The course in words.'),
    state: z
      .enum(states)
      .describe('Today. `replaced`: failed since; `done`: a retraining that was passed.'),
    entryId: ulid.nullable().describe('The entry of the safety file that a retraining is due for.'),
    withdrawReason: z
      .string()
      .nullable()
      .describe('Why it was withdrawn; null for one that counts.'),
    mayChange: z.boolean().describe('This account may withdraw it, and correct what is not due.'),
    createdAt: instant.describe('When it was entered.'),
  })
  .meta({ id: 'TrainingRecord' });
export type TrainingView = z.infer<typeof trainingSchema>;
export const trainingList = z
  .object({ items: z.array(trainingSchema).describe('The newest first.') })
  .meta({ id: 'TrainingRecords' });
export type TrainingList = z.infer<typeof trainingList>;

export const withdrawal = z
  .strictObject({ version: lookedAtVersion, reason: prose(500).min(4).describe('Why.') })
  .meta({ id: 'TrainingRecordWithdrawal' });
export type Withdrawal = z.infer<typeof withdrawal>;

export const retrainingInput = z
  .strictObject({
    course: fields.course,
    until: day.describe('The last day on which it has to be passed.'),
  })
  .meta({ id: 'RetrainingRequest' });
export type RetrainingInput = z.infer<typeof retrainingInput>;
