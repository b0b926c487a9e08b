import { bilingual, instant, slug, ulid } from '@anshi/contracts';
import { z } from 'zod';
import { inputOf, recordOf } from '../../platform/kit/records.ts';
import { commaSeparated, line, pageOf, pageQuery, prose } from '../../platform/kit/schemas.ts';
import {
  actionBody,
  caseShape,
  transitionsShape,
  who,
} from '../../platform/workflow/record-schema.ts';

/** A permit lasts this long at most, days. Shorter terms of GB 30871 come with its module. */
export const LONGEST_DAYS = 30;

/** What a draft may change. */
const changing = {
  place: line(256).nullable().describe('Where in the area.'),
  description: prose(4000).min(1).describe('What is done, and how it is kept safe.'),
  people: z.array(ulid).max(50).describe('People of the register who do the work.'),
  others: line(256).nullable().describe('Others, such as those of a contractor.'),
  fromAt: instant.describe('From when it holds, once it is active.'),
  toAt: instant.describe('When it ends by itself.'),
};
const fields = {
  kind: slug.describe('A word of the dictionary special-work.'),
  title: line(128).min(1).describe('What people call the work.'),
  areaId: slug.describe('The area in which it is done.'),
  ...changing,
};

export const permitInput = inputOf(fields).meta({ id: 'PermitRequest' });
export type PermitInput = z.infer<typeof permitInput>;
export const permitPatch = z
  .strictObject({
    revision: z.number().int().min(1).describe('The revision that the change is based on.'),
    ...changing,
  })
  .partial()
  .required({ revision: true })
  .meta({ id: 'PermitPatch' });
export type PermitPatch = z.infer<typeof permitPatch>;

const person = z.object({ id: ulid, name: z.string(), department: bilingual });
export const permitRow = recordOf(fields)
  .omit({ people: true })
  .extend({
    ...caseShape,
    kindName: bilingual,
    areaName: bilingual.nullable(),
    people: z.array(person).describe('People of the register who do the work.'),
    applicant: who.describe('Who applied for it.'),
    approvedBy: who.nullable().describe('Who approved it; null before that.'),
    inForce: z.boolean().describe('Whether it holds now: active, and within its times.'),
    enteredAt: instant.describe('Since when it is in its state.'),
    revision: z.number().int().describe('Of what a draft changes.'),
    createdAt: instant,
  })
  .meta({ id: 'PermitRow' });
export type PermitRow = z.infer<typeof permitRow>;
export const permitSchema = permitRow
  .extend({
    ...transitionsShape,
    mayChange: z.boolean().describe('Whether this account may change the draft.'),
  })
  .meta({ id: 'Permit' });
export type PermitView = z.infer<typeof permitSchema>;

const states = z.enum([
  'draft',
  'submitted',
  'approved',
  'active',
  'suspended',
  'closed',
  'expired',
  'cancelled',
]);
export const permitQuery = z.strictObject({
  ...pageQuery(),
  q: line(100).optional().describe('Part of title, place or description.'),
  kind: commaSeparated(slug).optional(),
  area: commaSeparated(slug).optional(),
  state: commaSeparated(states).optional(),
});
export type PermitQuery = z.infer<typeof permitQuery>;
export const permitPage = pageOf(permitRow)
  .extend({ active: z.number().int().describe('How many hold now.') })
  .meta({ id: 'PermitPage' });

export const peopleQuery = z.strictObject({
  q: line(100).optional().describe('Part of name or number.'),
});
export const peopleList = z.object({ items: z.array(person) }).meta({ id: 'PermitPeople' });
export const permitAction = actionBody.meta({ id: 'PermitAction' });
